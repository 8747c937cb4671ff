-- Balances may be updated; everything else about money only grows.
CREATE TABLE ledger_accounts (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    currency TEXT NOT NULL,
    may_go_negative INTEGER NOT NULL CHECK (may_go_negative IN (0, 1)),
    frozen INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    posted_debits_fen INTEGER NOT NULL DEFAULT 0 CHECK (posted_debits_fen >= 0),
    posted_credits_fen INTEGER NOT NULL DEFAULT 0 CHECK (posted_credits_fen >= 0),
    pending_debits_fen INTEGER NOT NULL DEFAULT 0 CHECK (pending_debits_fen >= 0),
    pending_credits_fen INTEGER NOT NULL DEFAULT 0 CHECK (pending_credits_fen >= 0),
    last_seq INTEGER NOT NULL DEFAULT 0,
    CHECK (may_go_negative OR posted_credits_fen - posted_debits_fen - pending_debits_fen >= 0)
) WITHOUT ROWID;

CREATE TABLE ledger_entries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('transfer', 'hold', 'capture', 'release', 'refund')),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    debit_id TEXT NOT NULL,
    credit_id TEXT NOT NULL,
    refers_to TEXT NOT NULL,
    linked INTEGER NOT NULL,
    expires_at_us INTEGER NOT NULL,
    memo TEXT NOT NULL,
    meta TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    -- Each account's entries form a chain: an index by account would dirty a page a row.
    debit_prior INTEGER NOT NULL,
    credit_prior INTEGER NOT NULL,
    CHECK (debit_id <> credit_id)
);
CREATE INDEX ledger_entries_reference ON ledger_entries (refers_to) WHERE refers_to <> '';

CREATE TABLE ledger_open_holds (
    id TEXT PRIMARY KEY,
    expires_at_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ledger_open_holds_due ON ledger_open_holds (expires_at_us) WHERE expires_at_us > 0;

CREATE TABLE ledger_outbox (
    seq INTEGER PRIMARY KEY,
    event TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    at_us INTEGER NOT NULL
);

-- How far each reader of the outbox has come.
CREATE TABLE ledger_cursors (
    reader TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) WITHOUT ROWID;

-- One row: the last number given and its time.
CREATE TABLE ledger_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    at_us INTEGER NOT NULL
);
INSERT INTO ledger_head VALUES (1, 0, 0);

CREATE TRIGGER ledger_entries_keep BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_entries_keep_all BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_outbox_keep BEFORE UPDATE ON ledger_outbox
BEGIN SELECT RAISE(ABORT, 'ledger_outbox is append-only'); END;
CREATE TRIGGER ledger_outbox_keep_all BEFORE DELETE ON ledger_outbox
BEGIN SELECT RAISE(ABORT, 'ledger_outbox is append-only'); END;
CREATE TRIGGER ledger_accounts_keep_all BEFORE DELETE ON ledger_accounts
BEGIN SELECT RAISE(ABORT, 'ledger_accounts are closed, never removed'); END;
