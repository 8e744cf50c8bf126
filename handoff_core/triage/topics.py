"""Matters that a person decides, and questions that an AI answers as well as anybody, with how they are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Topic:
    """``meaning`` completes "The matter is …". ``urgent``: nothing is waited for, no missing field holds it back."""

    meaning: str
    patterns: Iterable[str]
    urgent: bool = False


TOPICS: Final[Mapping[str, Topic]] = {
    "danger": Topic("a danger to people or a building", (
        "smell* .. gas", "gas leak|smell|odour|odor", "carbon monoxide", "on fire", "there is a? fire",
        "smoke .. coming|pouring|alarm|everywhere|from", "sparks|sparking", "burning smell|plastic",
        "electric|electrical shock",
        "chest pain|pains", "can not breathe", "trouble|difficulty|short* breathing|of breath", "bleeding",
        "unconscious|fainted", "suicid*", "kill|hurt|harm myself|himself|herself", "overdose*", "allergic reaction",
        "call|called? 911|999|112|ambulance", "poison*",
        "water is? .. pouring|everywhere", "burst pipe|main", "pipe .. burst", "flooding|flooded",
        "ceiling .. down|collaps*|dripping", "no heat|heating .. baby|newborn|infant|elderly",
        "hit|hurt|injured .. badly",
        "co alarm|detector|monitor|sensor .. beep*|chirp*|going|went|goes|sound*|alarm*|ring*|off",
        "alarm|detector .. .. headache|dizzy|nausea|sick", "burned|burnt my|his|her|our|their|me|him|us|your? hand|"
        "hands|arm|finger|fingers|leg|face|skin|child|son|daughter|baby|kid|bed|carpet|house|badly",
        "swallowed|ate|drank|inhaled .. battery|batteries|magnet|magnets|bleach|cleaner|detergent|pill|pills|glue|coin|"
        "tablet|tablets|part|piece|screw",
        "choking", "ceiling|stairs|staircase|stair|floor|roof|wall|shelf|balcony|deck|scaffold*|ladder|building|shed|"
        "husband|wife|mother|father|son|daughter|patient|he|she|man|woman has|just? collapsed",
        "ceiling|stairs|staircase|floor|roof|wall|shelf|balcony|deck|scaffold*|building|he|she collapsed|collapsing",
        "someone|somebody|child|kid|baby|worker|man|woman|people|he|she|"
        "son|daughter is|are|was|got|has|been .. hurt|injured|burned|burnt|trapped|electrocuted|bleeding|unconscious",
        "i am hurt|injured|trapped|bleeding", "electrocuted", "caught fire",
        "battery|phone|charger|boiler|oven|heater|it|laptop|tank|bottle .. exploded|exploding",
        "explosion",
        "not want|wish to live|exist anymore|any|longer|like|with", "not want|wish to live $", "not want to be alive",
        "i|he|she want|wants|am to die", "i .. want|going to die", "can not go on living|like",
        "end my|it life|all", "better off dead", "no reason to live", "take my own? life", "self-harm",
    ), urgent=True),
    "fraud": Topic("fraud, or somebody else in the account", (
        "fraud*", "identity theft", "hacked|hacker", "card|phone|wallet|purse .. stolen",
        "stole|stolen my|card|phone|from", "unauthori*", "did|do not|never authorise*|authorize*|make|made|recognise|"
        "recognize .. charge|charges|transaction|transactions|"
        "payment|payments|transfer|purchase|withdrawal",
        "charge|charges|transaction|transactions|payment|payments|transfer|purchase|withdrawal .. .. i|we did|do|"
        "have not make|made|authorise*|authorize*|recognise|recognize",
        "never made|authorised|authorized this|that|any|these|those", "phishing", "scammed|scammer*",
        "someone|somebody|hacker|stranger|thief .. took|taken|withdrew|moved|transferred|spent|emptied|drained "
        ".. .. account|card|savings|wallet",
        "money|dollars|euros|pounds|payment|order|purchase|charge|login|# .. .. it was not me", "that was not me",
        "someone|somebody|stranger .. changed|reset|replaced my|our .. password|email|e-mail|phone|address|login|"
        "number",
        "money is|has|was|disappeared|gone|missing been? .. from my|our account|card|savings",
        "not .. i|me who|that made|ordered|bought|paid|placed|authorized|authorised",
        "someone|somebody .. using|used|access*|logged .. account|card|name|identity",
    ), urgent=True),
    "legal": Topic("a legal matter", (
        "my|our|your|his|their lawyer|lawyers|attorney|attorneys|solicitor|solicitors",
        "get|hire|hired|hiring|call|calling|contact|contacting|consult|consulted|see|seeing|involve|involving|have|"
        "need|through|with|from|to a|an|the lawyer|attorney|solicitor",
        "lawyer|lawyers|attorney|attorneys|solicitor will|says|said|told|advised|letter|sent|wrote|up",
        "sue you|them|him|her|your|the|over|for|this", "suing",
        "lawsuit",
        "legal action|advice|question|matter|claim|department|notice|letter|opinion|dispute", "legally",
        "take .. to court", "see you in court",
        "going|go to court", "hear from|back from? .. lawyer|solicitor|attorney",
        "small claims", "court order|date|hearing", "ombudsman", "regulator",
        "consumer protection", "trading standards", "better business bureau", "attorney general", "subpoena",
        "liable|liability",
    ), urgent=True),
    "billing_dispute": Topic("a disputed bill", (
        "charged|billed|debited .. twice|double|again|wrong|wrongly|incorrect*|extra",
        "double|over charge*|charged|billed", "overcharg*", "wrong|incorrect bill|charge|amount|invoice",
        "bill|invoice|charge|amount|statement is|was|seems|looks wrong|incorrect|too",
        "dispute|disputing|contest .. charge|bill|invoice|payment|fee|it", "chargeback",
        "charge|fee|payment .. not .. recognise|recognize|agree|authorise|authorize|know|mine",
        "unexpected|mystery|unknown|hidden charge|charges|fee|fees",
        "charged|billed me|us|for .. not|never|after|without|cancelled|canceled",
        "refund .. refused|denied|rejected|never|not", "charged|billed for .. .. never|not",
        "not received|got|get|gotten .. refund",
        "never .. agreed|ordered|signed .. charge|charged|pay|for",
    )),
    "contract": Topic("a question about a contract", (
        "contract .. terms|clause|breach|question|penalty|dispute|early|liability|notice|renew*|void|terminat*",
        "terms|clause|break|breach|terminate|dispute|end|ending|leave|exit|get|question|questions|cancel .. contract|"
        "agreement|lease", "early termination", "notice period", "auto-renew*|automatic renewal",
        "cancellation fee|penalty",
    )),
    "complaint": Topic("a formal complaint", ("formal|official complaint",
    "file|make|lodge|raise|submit|register a|an .. complaint", "complaints department|procedure|team",
    "report you .. to")),
    "bereavement": Topic("a death", ("passed away", "husband|wife|mother|father|mom|dad|son|daughter|brother|sister|"
    "grandmother|grandfather|he|she|who|holder|owner has|have|just? "
    "died", "deceased", "death certificate", "death of my|our|his|her|the|a father|mother|husband|wife|son|daughter|"
    "brother|sister|partner|parent|customer|holder|owner|grandfather|grandmother|friend", "death in the|my|our family",
    "my|our|the|her|his father's|mother's|husband's|wife's|son's|daughter's|brother's|sister's|partner's|dad's|mum's|"
    "mom's death|funeral|estate", "at|for|after|to|before my|his|her|our|the funeral|burial", "bereave*",
    "widow|widower", "late husband|wife|father|mother"), urgent=True),
    "discrimination": Topic("discrimination or harassment", ("discriminat*", "harass*", "racis*|sexis*", "assault*",
    "abused|abusive", "threaten* me|us")),
    "hardship": Topic("a customer who cannot pay", ("lost my job", "can not afford .. pay*|bill|rent|mortgage",
    "can not pay", "financial hardship|difficult*|trouble", "evict*", "foreclos*", "bankrupt*",
    "behind on my|the payments|rent|mortgage", "debt collector|collection")),
    "data_request": Topic("personal data", ("delete|erase|remove all? my .. data|account|information", "gdpr|ccpa",
    "data breach|leak|protection", "copy of .. data")),
    "urgent": Topic("urgent, as the customer says", ("urgent|urgently", "emergency", "asap", "right away|now",
    "immediately", "can not wait", "as soon as possible", "life or death")),
    "health": Topic("a question of health", ("symptom*", "side effect*",
    "medication|medicine|dose|dosage|prescription", "pain|painful", "pregnan*", "test|lab|blood result|results",
    "diagnos*", "fever", "rash", "swelling|swollen", "vomiting|dizzy", "infection", "should i take|stop|see|worry")),
    "special_equipment": Topic("work that needs special equipment", ("crane", "scaffold*", "excavator|digger",
    "bucket|ladder|lift|pump truck", "scissor|cherry lift|picker", "jackhammer", "confined space", "asbestos",
    "lead paint", "third|fourth|fifth|top floor .. outside|window|windows", "high|tall ladder|roof|ceiling",
    "sewer camera", "generator", "main line|panel|breaker", "three-phase", "crawl space|crawlspace", "septic")),
    "after_hours": Topic("a visit outside business hours", ("come|visit|send|somebody|someone|technician|appointment|"
    "repair|available|need|want|do|can|possible .. after hours|five|six|seven", "after hours visit|service|call|"
    "emergency|repair|appointment|rate|fee", "after-hours", "tonight", "this weekend",
    "on saturday|sunday", "in the middle of the night", "on christmas|thanksgiving|easter|holiday|holidays",
    "right now .. come|visit|send", "come|visit|send|somebody .. tonight|now|midnight|night|weekend")),
    "professional_judgment": Topic("a legal, financial or policy judgment", (
    "should i|we .. sign|invest|sell|buy|file|sue|settle|claim|deduct|incorporate|refinance|accept|plead|report",
    "advise|advice .. legal|tax|financial|investment|case|on|about", "my chances|options|rights|liability",
    "do i|we have a case|claim", "can i|we deduct|write|claim|sue|evict|fire",
    "is it|this legal|deductible|taxable|allowed|binding", "tax .. return|audit|notice|owed|penalty", "audit*",
    "will i win|owe|lose", "statute of limitations", "divorce|custody|alimony", "settlement")),
    "large_deal": Topic("a deal of a size that a person handles", ("# users|seats|licences|licenses|employees|"
    "locations|stores|branches|people .. company|team|"
    "plan|quote|pricing|licence|license|need|want", "enterprise", "whole|entire company|organisation|organization",
    "bulk|volume order|discount|pricing", "procurement|tender|rfp")),
    "hours": Topic("opening hours", ("opening|business|office|working hours",
    "what time|times .. open|close|opens|closes", "are|is you|the|it .. open", "when do you open|close", "open on")),
    "location": Topic("where you are", ("where are you|is .. located|office|store|shop|branch",
    "your address|location", "how do i|can get there|to", "parking|directions")),
    "how_to": Topic("how something is done", ("how do|can|would|to|should i|we|you|one", "how to",
    "reset|change|update|forgot my password|address|email|e-mail|phone", "where can|do i find|see|download|change|get",
    "steps to")),
    "order_status": Topic("where an order is", ("where is my|the order|package|parcel|delivery|shipment",
    "track* number|my|the|order|package|link", "status of my|the|order", "when will|does .. arrive|delivered|ship")),
    "pricing": Topic("what something costs", ("how much", "price|cost of|for",
    "what is|are .. price|cost|rate|rates|prices|fee", "price list", "do you charge")),
    "invoice_copy": Topic("a copy of a document", ("copy of .. invoice|receipt|bill|statement",
    "send|email|e-mail|need|download .. invoice|receipt|statement",
    "find|see|download my .. invoice|bill|receipt|statement")),
    "availability": Topic("free appointments", ("available|availability|openings|slots",
    "any appointments|openings|slots", "next available", "do you have .. appointment*|time|slot")),
}  # fmt: skip
"""Every topic by its name."""

ESCALATE: Final = (
    "danger",
    "fraud",
    "legal",
    "billing_dispute",
    "contract",
    "complaint",
    "bereavement",
    "discrimination",
    "hardship",
)
"""Topics that go to a person unless [triage] says otherwise."""
STAY: Final = ("hours", "location", "how_to", "order_status", "pricing", "invoice_copy", "availability")
"""Topics that the AI answers unless [triage] says otherwise."""
