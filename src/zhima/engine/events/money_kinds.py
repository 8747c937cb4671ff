"""Event kinds of the wallet, the bank account and lending."""

from __future__ import annotations

from zhima.engine.events.kind import Amount, Flow, breach, fact, money_in, money_out

_PAY = "channel category balance_fen order_id"
_DUE = "channel category balance_fen due_at days_late"

MONEY_KINDS = (
    fact("account.opened", "Opened an account", "开立账户", "frequency channel"),
    fact("account.closed", "Closed an account", "注销账户", "reason"),
    fact("card.issued", "Was issued a bank card", "获发银行卡", "category level"),
    fact(
        "balance.recorded",
        "The balance was recorded; an overdraft is negative in balance_fen",
        "记录账户余额（透支为负）",
        "balance_fen",
    ),
    money_in("wallet.topped_up", "Topped up the wallet", "钱包充值", "channel balance_fen"),
    money_out("wallet.withdrawn", "Withdrew from the wallet", "钱包提现", "channel balance_fen"),
    money_in("cash.deposited", "Paid cash in", "存入现金", "balance_fen category channel"),
    money_out("cash.withdrawn", "Took cash out", "取出现金", "balance_fen category channel"),
    money_in(
        "income.received", "Received wages, a pension or a benefit", "收到工资、养老金或补贴", _PAY
    ),
    money_out("payment.made", "Paid a shop or a service", "向商家付款", _PAY),
    money_in("payment.received", "Was paid as a shop or a service", "作为商家收款", _PAY),
    money_in("payment.refunded", "A payment was refunded", "付款被退回", _PAY + " reason"),
    breach("payment.failed", "A payment failed for want of money", "余额不足，付款失败", _PAY),
    money_out("tip.given", "Gave a tip", "付小费", "channel"),
    money_in("tip.received", "Received a tip", "收到小费", "channel"),
    money_out("transfer.sent", "Sent money to a person or an account", "向他人转账", _PAY),
    money_in("transfer.received", "Received money from a person or an account", "收到转账", _PAY),
    money_out("packet.sent", "Sent a red packet", "发出红包"),
    money_in("packet.received", "Opened a red packet", "领取红包"),
    money_in("packet.returned", "The rest of a red packet came back", "红包余额退回"),
    money_out("donation.made", "Gave to a charity", "公益捐赠", "channel"),
    fact("bill.issued", "A bill was issued", "账单已出", "category due_at", amount=Amount.REQUIRED),
    money_out("bill.paid", "Paid a bill", "缴纳账单", _DUE),
    breach(
        "bill.missed", "A bill stayed unpaid when due", "账单到期未缴", "category due_at days_late"
    ),
    money_out("fee.charged", "A fee was charged", "收取手续费", "category balance_fen channel"),
    money_in("interest.received", "Interest was credited", "利息入账", "balance_fen"),
    breach(
        "penalty.charged",
        "Penalty interest for a negative balance was charged",
        "因透支被收取罚息",
        "balance_fen reason channel",
        flow=Flow.OUT,
        amount=Amount.REQUIRED,
    ),
    money_out("saving.made", "Put money aside", "存入储蓄", "category balance_fen"),
    fact(
        "loan.requested",
        "Asked for a loan",
        "申请贷款",
        "duration_months payment_fen category",
        amount=Amount.REQUIRED,
    ),
    money_in(
        "loan.granted",
        "Was granted a loan",
        "获得贷款",
        "duration_months payment_fen category due_at",
    ),
    money_out("loan.repaid", "Paid a loan instalment", "偿还贷款分期", _DUE),
    breach("loan.missed", "Missed a loan instalment", "贷款分期逾期", "due_at days_late category"),
    fact(
        "loan.settled", "Paid a loan back in full", "贷款结清", "category", amount=Amount.OPTIONAL
    ),
    breach("loan.defaulted", "A loan was written off", "贷款违约核销", "days_late category"),
    breach("fine.issued", "An authority issued a fine", "被行政罚款", "agency category due_at"),
    money_out("fine.paid", "Paid a fine", "缴纳罚款", "agency category days_late"),
)
