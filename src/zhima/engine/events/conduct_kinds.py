"""Event kinds of bookings, borrowed things, obligations, people, identity and the law."""

from __future__ import annotations

from zhima.engine.events.kind import Amount, breach, fact, money_in, money_out

_BOOKED = "category order_id"
_ITEM = "category level deposit_fen due_at days_late"
_OWED = "category deposit_fen due_at days_late severity"

CONDUCT_KINDS = (
    fact("booking.made", "Booked a time, a table, a room or a court", "预约", _BOOKED),
    fact("booking.kept", "Came as booked", "按约到场", _BOOKED),
    fact("booking.cancelled", "Cancelled in time", "按时取消预约", _BOOKED + " hours_ahead"),
    breach(
        "booking.cancelled_late", "Cancelled too late", "临时取消预约", _BOOKED + " hours_ahead"
    ),
    breach("booking.missed", "Did not come and did not cancel", "爽约", _BOOKED),
    fact("order.placed", "Placed an order", "下单", _BOOKED, amount=Amount.OPTIONAL),
    fact("order.delivered", "Accepted a delivery", "签收订单", _BOOKED),
    fact("order.cancelled", "Cancelled an order in time", "取消订单", _BOOKED),
    breach("order.refused", "Refused a delivery that was right", "无理由拒收", _BOOKED),
    fact("ticket.bought", "Bought a ticket", "购票", _BOOKED + " channel", amount=Amount.OPTIONAL),
    fact("ticket.used", "Used a ticket at the gate", "检票使用", _BOOKED),
    fact("ticket.upgraded", "Was upgraded", "获得升舱", _BOOKED),
    fact("ride.taken", "Took a ride and ended it in order", "完成行程", _BOOKED),
    fact("ride.driven", "Drove a passenger", "完成接单", _BOOKED),
    breach("ride.abandoned", "Left a shared vehicle outside the zone", "违规停放共享车辆", _BOOKED),
    breach("ride.cancelled_late", "Sent an accepted driver away", "司机接单后取消", _BOOKED),
    fact("fare.disputed", "Disputed a fare", "对车费提出异议", "order_id reason"),
    fact("stay.started", "Moved in or checked in", "入住", _BOOKED + " deposit_fen until"),
    fact("stay.ended", "Moved out leaving all in order", "正常退房", _BOOKED),
    breach(
        "stay.damaged", "Damage was found after a stay", "退房后发现损坏", _BOOKED + " severity"
    ),
    fact("item.borrowed", "Borrowed or rented a thing", "借用或租用物品", _ITEM),
    fact("item.returned", "Returned a thing", "归还物品", _ITEM),
    breach("item.damaged", "Returned a thing damaged", "物品损坏", _ITEM + " severity"),
    breach("item.lost", "Did not return a thing", "物品遗失未还", _ITEM),
    fact(
        "item.struck",
        "An upheld appeal removed the event named in struck_event_id",
        "申诉成立，撤销所指事件",
        "struck_event_id reason",
    ),
    fact("deposit.waived", "A deposit was waived", "免押金", "category deposit_fen"),
    fact("deposit.held", "A deposit was frozen", "冻结押金", "category", amount=Amount.REQUIRED),
    money_out("deposit.captured", "Part of a deposit was kept", "扣除押金", "category reason"),
    money_in("deposit.released", "A deposit was given back", "退还押金", "category"),
    fact("obligation.opened", "Took on an obligation", "承担义务", _OWED, amount=Amount.OPTIONAL),
    fact("obligation.settled", "Met an obligation", "履行义务", _OWED, amount=Amount.OPTIONAL),
    breach("obligation.overdue", "An obligation ran over its time", "义务逾期", _OWED),
    breach("obligation.breached", "Broke an obligation", "违约", _OWED),
    fact(
        "obligation.repaired",
        "Made a broken obligation good",
        "违约后补救",
        _OWED,
        amount=Amount.OPTIONAL,
    ),
    fact("hours.given", "Gave hours to a neighbour", "提供互助工时", "category"),
    fact("hours.received", "Received hours from a neighbour", "接受互助工时", "category"),
    fact("rating.given", "Rated somebody", "给出评价", "rating order_id"),
    fact("rating.received", "Was rated by somebody", "收到评价", "rating order_id"),
    breach("complaint.received", "A complaint was upheld", "被投诉成立", "severity reason"),
    fact("complaint.withdrawn", "A complaint was withdrawn", "投诉已撤回", "reason"),
    fact("contact.added", "Became contacts with somebody", "添加联系人"),
    fact("contact.removed", "Stopped being contacts with somebody", "解除联系人"),
    fact("contact.introduced", "Introduced two contacts who agreed", "引荐联系人"),
    fact("identity.verified", "Identity was verified", "通过实名认证", "level agency"),
    fact(
        "identity.added",
        "Added a degree, a licence or an address",
        "补充身份信息",
        "category level",
    ),
    fact("identity.renewed", "Renewed a document in time", "按时更新证件", "category"),
    breach("identity.disputed", "A document turned out false", "证件被证实不实", "category"),
    breach(
        "court.listed", "A court listed an unmet judgment", "被列入失信被执行人", "agency due_at"
    ),
    fact("court.cleared", "A court cleared the listing", "移出失信名单", "agency"),
    fact("appeal.opened", "Contested an item", "提出申诉", "reason"),
    fact("appeal.upheld", "An appeal was upheld", "申诉成立", "reason"),
    fact("appeal.rejected", "An appeal was rejected", "申诉驳回", "reason"),
)
