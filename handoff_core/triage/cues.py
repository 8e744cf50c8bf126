"""How people in a conversation say what matters for the timing of a handoff. English, with a few requests in others.

The labels are the names of this table; the syntax is that of ``phrases``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from handoff_core.triage.phrases import Phrases

FAILED: Final = "failed"
STILL: Final = "still"
MISUNDERSTOOD: Final = "misunderstood"
AT_THE_AI: Final = "at the ai"
DELAY: Final = "delay"
SOLVED: Final = "solved"
NEAR: Final = "near"
LEAVING: Final = "leaving"
BEFORE: Final = "before"
AUTHORITY: Final = "authority"
DIRECT: Final = "direct"
YES: Final = "yes"
NO: Final = "no"
CONFUSED: Final = "confused"
BEYOND: Final = "beyond"
OWN_LIMIT: Final = "own limit"
PROPOSES: Final = "proposes"
OFFERS: Final = "offers"
SUGGESTS: Final = "suggests"
DONE: Final = "done"

BY_CUSTOMERS: Final[Mapping[str, Iterable[str]]] = {
    STILL: (
        "still not|no|nothing|wrong|broken|down|offline|happening|failing|doing|getting|shows|showing|says|gives|"
        "blank|black|stuck|red",
        "still dropping|disconnecting|crashing|freezing|keeps|keep|lagging|slow|leaking|leaks|fails|crashes|drops|"
        "freezes|unable|cannot",
        "still does|do|is|are|will|can|could|has|have|did not", "still the same", "^ still $",
        "same error|problem|issue|thing|message|result|again",
        "no luck|change|difference", "not|nothing .. changed",
        "did|has not help*|work|fix|solve|change|do anything?", "not helping|helped", "did nothing",
        "nothing happens|happened|works|worked|helps|helped",
        "i tried|did that|this|it|all|everything|both|them already?",
        "have|had tried that|this|it|all|everything|both|them", "already tried|did|done|restarted|checked",
        "not .. either", "nope .. not|still|same",
        "back again", "happened|happening|broke|failed|stopped again", "died again",
        "restarted|rebooted|reset|reinstalled|tried|unplugged|did|done|repeated|checked .. # times",
        "not solved|fixed|resolved|gone|better", "is|it gets|getting|got worse",
    ),
    FAILED: ("do|does|is|did|will|would|can not work*|load*|open*|start*|connect*|respond*|go|let",
        "not possible", "error again"),
    MISUNDERSTOOD: (
        "not what i|we asked|said|meant|want*|need*|am|was|told", "not my question|problem|issue",
        "do|did not understand|get|answer|read|listen* me|my|what|to|i",
        "you do not understand|get|listen|care|help|know",
        "you are not listening|understanding|helping|reading|answering|getting", "not listening",
        "already told|gave|said|answered|explained|sent|provided|mentioned", "just told|said|gave|explained|answered",
        "i told you", "i have told|said|explained|given|answered",
        "as i said|told|mentioned|explained|wrote", "no .. i|meant meant|mean|said", "i meant|mean",
        "wrong answer|order|question|product|account|one|city|day|date|time|place|restaurant|hotel",
        "you keep|kept", "i said|asked for|clearly", "^ no ,? i said|meant|asked|want|wanted|need", "wrong .. again",
        "asked|told|said .. that|this|me already|before|twice|again", "answer my question", "read my|what i|the",
        "did you|not read", "that is not|wrong right|correct|it|what",
        "that is wrong|incorrect", "not helpful|useful|answering", "you misunderstood|misunderstand",
        "repeating yourself|myself", "in circles", "what i asked", "makes|make no sense",
        "are you even", "not what you", "that does not answer|help|make", "does not answer",
    ),
    AT_THE_AI: (
        "you people|guys? are .. useless|hopeless|incompetent|no|not|terrible|awful|joke",
        "stupid|dumb|useless|damn|this|hate|bloody bot|chatbot|robot|machine|ai|assistant",
        "you are|you useless|no|not|hopeless|terrible|stupid|dumb|worthless|unhelpful|help|helping", "no help",
        "waste|wasting of|my time", "you can|could not help|do|answer",
        "talking|speaking to a|the wall|bot|machine|robot|computer", "you do not know|understand|get|care",
        "your answer*|suggestion*|advice|reply|replies is|are|was|were|do|does|did", "nothing you",
    ),
    DELAY: (
        "wait|waiting|waited", "late", "delay*", "on hold", "not arrived|come|here|shipped|delivered|received|moved",
        "never arrived|came|showed", "where is my|the|our|she|he",
        "taking|takes|took|this|too|so forever|ages|long",
        "for|since|been .. hours|days|weeks|months|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
        "overdue", "so|very|too slow",
        "backlog", "queue", "when will|is|am|can .. arrive*|come*|get|deliver*|ship*|here|receive",
        "supposed to arrive|come|be", "expected .. yesterday|monday|today|week",
    ),
    SOLVED: (
        "that|it|this works|worked", "works now|again|fine|perfectly|great",
        "is|am working|fixed|solved|sorted|resolved|in now|again|fine|perfectly",
        "is|all fixed|solved|sorted|resolved",
        "did the trick", "that fixed|solved|did it", "that is all|everything",
        "problem|issue solved|fixed|resolved|gone|sorted", "i am in $", "all good|set|sorted|done",
        "can log|see|access|open .. now|again", "no more questions|issues|problems", "that will be|is all",
        "just arrived", "got|found it .. thanks|thank", "it prints|runs|loads|connects .. again|now",
        "exactly what i needed|wanted", "nothing else", "that answers my question", "you .. solved|fixed it",
    ),
    NEAR: (
        "let me try|check|see|do", "i will try|do|check|restart|wait|give", "trying now|it",
        "one|a|just moment|second|sec|minute", "hold|hang on", "almost|nearly there|done|finished|working",
        "is loading|moving|updating|installing|downloading|restarting|coming|starting", "that helps|helped",
        "makes sense", "sounds good|great|fine|perfect", "looks|look promising|better|good|right",
        "is|getting|bit|much better",
        "found|see it|the", "ok|okay .. done|next|got|now|thanks|thank", "got it", "i see",
        "great|perfect|good|nice|thanks|thank|awesome|excellent|wonderful", "it worked|works",
    ),
    LEAVING: (
        "cancel my|the|this|our account|subscription|contract|policy|membership|service|plan|order|everything",
        "want|like|going|need|have to cancel", "switch*|switching|going|move|moving to another|a|your|the|different "
        "competitor|provider|bank|company|other|supplier",
        "close my account|accounts", "go|going elsewhere|somewhere", "take|taking my|our business",
        "bad|negative|one-star|1-star review", "never .. buy|order|use|come|again", "leave|leaving you",
        "done with you|this", "my money back", "forget it", "give up", "giving up",
    ),
    BEFORE: (
        "second|third|fourth|fifth|sixth|tenth|hundredth|umpteenth time",
        "called|contacted|emailed|e-mailed|written|wrote|rang|messaged|phoned|chatted|asked|told|complained|reported|"
        "explained|came|been|spoke|spoken|talked .. # times", "# times .. called|contacted|asked|told|now",
        "called|contacted|emailed|e-mailed|written|wrote|rang|messaged|phoned|chatted .. twice|before|already|"
        "yesterday|times|last|again",
        "last|yesterday time|week|month .. called|contacted|said|told|agent|person",
        "previous|last|other|another|first agent|person|ticket|call|representative|rep|colleague|chat",
        "again and again", "over and over",
        "passed|bounced|sent|transferred around|from|between", "calling back", "follow*|following up on|about",
        "still waiting .. callback|call|reply|answer|response", "# person|agent|one",
        "the third|fourth|fifth|sixth person|agent|one|call|e-mail|email",
        "you|they|somebody|someone promised", "promised me|to|that|a",
    ),
    AUTHORITY: (
        "make|made|making an|one exception", "an exception", "waive|waived|waiving", "goodwill", "compensat*",
        "override", "supervisor|manager|management|special approval|permission",
        "approve|authorise|authorize .. my|this|the|it|a|an",
        "write .. off",
        "give|get|offer|want|need|make me|us .. special|better|bigger|lower|extra .. price|discount|rate|deal",
        "price match",
        "match .. price|offer|quote|rate", "extend|extension .. deadline|trial|due|payment|grace|return|date",
        "reverse|remove|drop|refund|credit .. fee|fees|penalty|charge|charges|interest",
        "guarantee|promise|confirm .. in writing", "sign off",
        "beyond|outside|past|after the return|refund|warranty policy|window|period|deadline", "bend the rules",
        "credit my account", "raise|increase|lift my|the credit|overdraft|card|daily|spending|transfer? limit",
        "commit to .. in writing", "who can approve|authorise|authorize|decide",
    ),
    DIRECT: (
        "schedule|book|arrange|set|have|get|like|want|do .. demo|call|meeting|walkthrough|consultation",
        "talk|speak|call|meet .. sales|founder|owner|expert|consultant|about pricing",
        "ready to buy|sign|order|start|move|go|proceed",
        "want to buy|sign|proceed|start|go", "send me|us a|the proposal|quote|contract|agreement",
        "when can we start|talk|meet|begin", "discuss .. requirements|pricing|project|details", "site visit",
    ),
    YES: (
        "^ yes|yeah|yep|yup|sure|please|ok|okay|absolutely|definitely|correct|y", "^ that would be|help", "^ go ahead",
        "^ i would", "^ do that|it|so", "^ of course", "^ sounds good", "^ i think so", "^ why not",
    ),
    NO: ("^ no|nope|nah|not", "^ maybe later"),
}  # fmt: skip
"""By the customer."""

BY_THE_AI: Final[Mapping[str, Iterable[str]]] = {
    CONFUSED: (
        "did|do not .. understand|catch|get|follow|recognise|recognize",
        "not sure i|what|if understand|follow|you|that", "could|can|please you? rephrase|repeat|clarify",
        "i do not know", "having trouble understanding|finding", "not quite sure|certain",
        "i may|might be wrong|mistaken", "not find .. any|information|answer|results|matching", "try asking",
        "different words|way",
    ),
    BEYOND: (
        "i am|was|we unable|not to|able|allowed|equipped|qualified", "i can|could not .. help|do|access|process|"
        "change|cancel|refund|provide|answer|assist|"
        "make|see|give|open|update|issue|arrange|advise|"
        "offer", "not have access|information|the|that ability|access|option|tools|information",
        "beyond|outside|exceeds .. scope|can|able|capabilities|knowledge|abilities", "as an ai|automated|virtual",
        "not something i", "is not possible .. here|chat|me", "not supported",
    ),
    OWN_LIMIT: (
        "not authorised|authorized|permitted|allowed to", "not have .. authority|permission",
        "need*|require* .. approval|authorisation|authorization|signature|decision",
        "only a|an|the|our advisor|adviser|banker|manager|supervisor|specialist|owner|person|team|partner|doctor|"
        "attorney|human .. can|may|could",
        "has|have|must|need|needs to? be approved|authorised|authorized|decided .. by",
    ),
    PROPOSES: (
        "transfer*|connect*|hand*|pass*|forward*|put*|escalat*|rout*|redirect* .. you|this|your|over|through|case|"
        "chat|call .. agent|human|person|colleague|specialist|team|representative|department|manager|supervisor|"
        "someone|advisor|adviser|live|to|through|over",
        "escalate|escalating|escalated this|your|it", "someone|somebody|colleague|specialist|representative|agent|"
        "manager|technician|person from? .. will|can contact|call|"
        "reach|join|get|take|assist|be|help",
        "transfer|transferring|connecting you",
    ),
    OFFERS: (
        "would you like|prefer .. agent|human|person|representative|specialist|someone|colleague|transfer|connect|"
        "connected|transferred|manager|advisor|adviser",
        "shall|should|can|may i .. connect|transfer|pass|put|hand|escalate",
        "do you want .. connect|transfer|speak|talk|agent|human|person|someone|representative",
        "want me to connect|transfer|pass|put|escalate|get",
        "like me to connect|transfer|pass|put|escalate|get|arrange|have .. ",
        "like to speak|talk|be .. to|with|connected|transferred",
    ),
    SUGGESTS: (
        "try", "please check|restart|click|go|open|enter|select|follow|unplug|reset|make|clear|log|sign|update|"
        "install|reinstall|turn|press|hold|download|visit", "restart|reboot|unplug|reinstall|reset|clear",
        "click|go|tap|press .. on|to|the", "make sure", "you can|could|may|might|should", "have you tried",
        "can|could you check|try|restart|open|go|click|confirm|see", "here is|are", "i recommend|suggest",
        "i have|just updated|sent|reset|changed|processed|booked|applied|refreshed|re-sent|resent",
    ),
    DONE: (
        "has|have been processed|issued|refunded|sent|booked|scheduled|confirmed|shipped|resolved|fixed|restored|"
        "updated|credited|cancelled|canceled|applied|completed|reset|approved", "anything else",
        "is|are now? all set|booked|confirmed|resolved|scheduled|restored", "you are all set",
        "glad .. helped|working|worked|solved|resolved|hear",
        "almost|nearly done|there|finished", "last step", "one more step|thing",
        "should arrive|be|receive .. today|tomorrow|minutes|hours|shortly",
    ),
}  # fmt: skip
"""By the AI, or by whoever answers."""

CUSTOMER_CUES: Final = Phrases(BY_CUSTOMERS)
AI_CUES: Final = Phrases(BY_THE_AI)
