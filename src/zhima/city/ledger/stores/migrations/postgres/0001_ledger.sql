-- Balances may be updated; everything else about money only grows.
CREATE TABLE ledger_accounts (
    id text COLLATE "C" PRIMARY KEY,
    owner text NOT NULL,
    currency text NOT NULL,
    may_go_negative integer NOT NULL CHECK (may_go_negative IN (0, 1)),
    frozen integer NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),
    closed integer NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    posted_debits_fen bigint NOT NULL DEFAULT 0 CHECK (posted_debits_fen >= 0),
    posted_credits_fen bigint NOT NULL DEFAULT 0 CHECK (posted_credits_fen >= 0),
    pending_debits_fen bigint NOT NULL DEFAULT 0 CHECK (pending_debits_fen >= 0),
    pending_credits_fen bigint NOT NULL DEFAULT 0 CHECK (pending_credits_fen >= 0),
    last_seq bigint NOT NULL DEFAULT 0,
    CHECK (may_go_negative = 1 OR posted_credits_fen - posted_debits_fen - pending_debits_fen >= 0)
) WITH (fillfactor = 50);  -- room on the page lets an update of sums leave the index alone

CREATE TABLE ledger_entries (
    seq bigint PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('transfer', 'hold', 'capture', 'release', 'refund')),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    debit_id text COLLATE "C" NOT NULL,
    credit_id text COLLATE "C" NOT NULL,
    refers_to text COLLATE "C" NOT NULL,
    linked integer NOT NULL,
    expires_at_us bigint NOT NULL,
    memo text NOT NULL,
    meta text NOT NULL,
    at_us bigint NOT NULL,
    -- Each account's entries form a chain: an index by account would dirty a page a row.
    debit_prior bigint NOT NULL,
    credit_prior bigint NOT NULL,
    CHECK (debit_id <> credit_id)
);
CREATE INDEX ledger_entries_reference ON ledger_entries (refers_to) WHERE refers_to <> '';

CREATE TABLE ledger_open_holds (
    id text COLLATE "C" PRIMARY KEY,
    expires_at_us bigint NOT NULL
);
CREATE INDEX ledger_open_holds_due ON ledger_open_holds (expires_at_us) WHERE expires_at_us > 0;

CREATE TABLE ledger_outbox (
    seq bigint PRIMARY KEY,
    event text NOT NULL,
    subject_id text COLLATE "C" NOT NULL,
    at_us bigint NOT NULL
);

-- How far each reader of the outbox has come.
CREATE TABLE ledger_cursors (
    reader text PRIMARY KEY,
    seq bigint NOT NULL
);

-- One row: the last number given and its time. Its lock puts all writers in line.
CREATE TABLE ledger_head (
    one integer PRIMARY KEY CHECK (one = 1),
    seq bigint NOT NULL,
    at_us bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO ledger_head VALUES (1, 0, 0);

CREATE FUNCTION ledger_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER ledger_entries_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep();
CREATE TRIGGER ledger_outbox_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_outbox
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep();
CREATE TRIGGER ledger_accounts_keep BEFORE DELETE OR TRUNCATE ON ledger_accounts
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep();
