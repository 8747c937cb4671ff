"""Each outcome in a sentence for whoever asked: what happened, and the shortest way on."""

from __future__ import annotations

from collections.abc import Mapping

from zhima.city.ledger.model import Outcome
from zhima.engine.kinds import Text

SENTENCES: Mapping[Outcome, Text] = {
    Outcome.PAID: Text("Paid.", "已付款。"),
    Outcome.HELD: Text("Set aside for the payee.", "已为收款方冻结该金额。"),
    Outcome.CAPTURED: Text("Taken from the money set aside.", "已从冻结金额中扣款。"),
    Outcome.RELEASED: Text("The money set aside is yours again.", "冻结金额已解冻退回。"),
    Outcome.REFUNDED: Text("Refunded.", "已退款。"),
    Outcome.ALREADY_PAID: Text(
        "This was done before; nothing moved a second time.", "此前已完成，未重复扣款。"
    ),
    Outcome.LINKED_FAILED: Text(
        "Another part of the same request failed; mend that one and send all again.",
        "同一请求的另一部分失败，请修正后全部重发。",
    ),
    Outcome.LINKED_UNFINISHED: Text(
        "The last part of the request points to one that is missing; send them together.",
        "请求的最后一部分缺少后续，请一并发送。",
    ),
    Outcome.UNKNOWN_KIND: Text(
        "There is no such kind of transfer: transfer, hold, capture, release or refund.",
        "没有这种交易类型：转账、冻结、扣款、解冻或退款。",
    ),
    Outcome.ID_MALFORMED: Text(
        "The id must be 1 to 64 printable characters and not begin with expiry:.",
        "编号须为 1 至 64 个可见字符，且不以 expiry: 开头。",
    ),
    Outcome.TEXT_MALFORMED: Text(
        "The note is too long or holds characters that cannot be kept; shorten it.",
        "备注过长或含有无法保存的字符，请缩短。",
    ),
    Outcome.AMOUNT_NOT_WHOLE_FEN: Text(
        "The amount must be whole fen: at most two decimals.", "金额须精确到分，最多两位小数。"
    ),
    Outcome.AMOUNT_NOT_POSITIVE: Text("The amount must be more than zero.", "金额须大于零。"),
    Outcome.AMOUNT_TOO_LARGE: Text(
        "The amount is larger than any transfer may be; split it.", "金额超过单笔上限，请分笔。"
    ),
    Outcome.FIELDS_DO_NOT_FIT_KIND: Text(
        "This kind of transfer lacks a field it needs or has one it does not take.",
        "该交易类型缺少必填项或含有多余项。",
    ),
    Outcome.ID_REUSED_WITH_OTHER_KIND: Text(
        "The id belongs to another kind of transfer; use a new id.",
        "该编号已用于另一类交易，请换新编号。",
    ),
    Outcome.ID_REUSED_WITH_OTHER_REFERENCE: Text(
        "The id belongs to a transfer about something else; use a new id.",
        "该编号已用于另一笔关联交易，请换新编号。",
    ),
    Outcome.ID_REUSED_WITH_OTHER_ACCOUNTS: Text(
        "The id belongs to a transfer between others; use a new id.",
        "该编号已用于其他账户间的交易，请换新编号。",
    ),
    Outcome.ID_REUSED_WITH_OTHER_AMOUNT: Text(
        "The id belongs to a transfer of another amount; use a new id.",
        "该编号已用于另一金额的交易，请换新编号。",
    ),
    Outcome.ID_REUSED_WITH_OTHER_TERMS: Text(
        "The id belongs to a transfer with another note or expiry; use a new id.",
        "该编号已用于备注或期限不同的交易，请换新编号。",
    ),
    Outcome.ID_REUSED_IN_OTHER_CHAIN: Text(
        "A part of the request was done before without the rest; give the rest new ids, alone.",
        "请求的一部分此前已单独完成，请为其余部分换新编号单独发送。",
    ),
    Outcome.UNKNOWN_REFERENCE: Text(
        "What this refers to does not exist; check its id.", "所指交易不存在，请核对编号。"
    ),
    Outcome.REFERENCE_OF_OTHER_KIND: Text(
        "What this refers to cannot be treated so: holds are captured or released, payments "
        "refunded.",
        "所指交易不能这样处理：冻结可扣款或解冻，付款可退款。",
    ),
    Outcome.HOLD_CAPTURED: Text(
        "The money set aside has been taken already.", "冻结金额已被扣款。"
    ),
    Outcome.HOLD_RELEASED: Text(
        "The money set aside has been given back already.", "冻结金额已解冻退回。"
    ),
    Outcome.HOLD_EXPIRED: Text(
        "The time of the hold is over and the money went back; ask for a new one.",
        "冻结已到期，金额已退回，请重新冻结。",
    ),
    Outcome.EXPIRY_PASSED: Text(
        "The hold would end before it begins; choose a later time.",
        "到期时间已过，请选择更晚的时间。",
    ),
    Outcome.SAME_ACCOUNT: Text(
        "Payer and payee are the same; choose another payee.", "付款方与收款方相同，请更换收款方。"
    ),
    Outcome.UNKNOWN_ACCOUNT: Text(
        "One of the accounts does not exist; check whom you pay.", "账户不存在，请核对收款方。"
    ),
    Outcome.CURRENCY_DIFFERS: Text(
        "The two accounts keep different currencies.", "两个账户的币种不同。"
    ),
    Outcome.ACCOUNT_CLOSED: Text(
        "One of the accounts is closed; ask the payee for another.", "账户已销户，请使用其他账户。"
    ),
    Outcome.ACCOUNT_FROZEN: Text(
        "One of the accounts is frozen; its owner can ask why.", "账户已冻结，户主可查询原因。"
    ),
    Outcome.CAPTURE_OVER_HOLD: Text(
        "More than was set aside; take at most that.", "超过冻结金额，最多可扣该金额。"
    ),
    Outcome.REFUND_OVER_PAID: Text(
        "All refunds together would exceed the payment; refund what is left at most.",
        "退款累计超过原付款，最多可退余额。",
    ),
    Outcome.TOTAL_TOO_LARGE: Text(
        "An account would count more than it can; open another.", "账户累计额超限，请另开账户。"
    ),
    Outcome.NOT_ENOUGH: Text(
        "There is not enough money; top up or pay less.", "余额不足，请充值或减少金额。"
    ),
}
