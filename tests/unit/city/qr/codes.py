"""Codes the tests of this room share."""

from zhima.city.qr.model import MerchantCode, PersonCode, TicketCode, Tip, WalletAccount

SPECIFICATION_SAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678"
    "520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京"
    "540523.7253031565502016233030412340603***0708A60086670902ME"
    "91320016A0112233449988770708123456786304A13A"
)
OURS = WalletAccount("org.openzhima", "m1")
STALL = MerchantCode(accounts=(OURS,), name="Tea stall", city="Chengdu", category="5814")
TABLE = MerchantCode(
    accounts=(OURS,),
    name="Noodle house",
    city="Chengdu",
    dynamic=True,
    amount_fen=188_00,
    tip=Tip("percent", 10_50),
    bill="Table 7",
    order_id="o-8c41",
    terminal="till 2",
    purpose="dinner",
    language="ZH",
    local_name="面馆",
    local_city="成都",
)
BO = PersonCode("org.openzhima", "bo", "tip")
TICKET = TicketCode("org.openzhima", "t-1", "ABCDEFGHIJKLMNOP")
PAY_CODE_KEY = b"a key of the tests, 32 bytes long"
