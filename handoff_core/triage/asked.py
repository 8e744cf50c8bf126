"""Whether a customer asks for a person. What only sounds like it (a human error, my own manager) is not one."""

from __future__ import annotations

from typing import Final

from handoff_core.triage.phrases import Found, Phrases
from handoff_core.triage.words import Words, is_break, word_set

_REAL: Final = "real|live|actual|human|physical|breathing|proper|damn|goddamn|bloody|fucking|freaking|effing"
_ANYBODY: Final = (
    "person|human|agent|representative|rep|reps|representatives|operator|operators|manager|managers|supervisor|"
    "somebody|someone|anybody|anyone|adviser|advisor|associate|specialist|agents|humans|people|staff|employee|"
    "colleague|receptionist|dispatcher|teammate|professional|expert|consultant|superior|management|attendant|"
    "banker|teller|nurse|doctor|pharmacist|lawyer|attorney|accountant|technician|clinician|owner|boss|being|folks|team|"
    "customer-service|salesperson|supervisors|colleagues|operators|managers|advisers|advisors|associates|specialists|"
    "employees|experts|consultants|technicians|teammates|staffer"
)
_ROBOT: Final = "bot|bots|robot|robots|chatbot|machine|computer|ai|automated|automation"
_ASKING: Final = "want|need|like|get|have|prefer|request|expect|appreciate"
_STRICT: Final = "human|agent|representative|operator|supervisor|rep|person|manager|being"
_SERVICE: Final = "service|care|support|services|sales|billing|reception"
_TALK: Final = "speak|talk|chat|speaking|talking|communicate|connect|connected|transferred|escalated|deal|dealing"
_OF: Final = "a|an|the|your|any|some|to|one|of|with"
_SHAPES: Final = tuple(
    f"{before}{after}"
    for before in (
        f"{_TALK} to|with {_OF} {_OF}? {_REAL}? {_REAL}? _? ",
        f"{_TALK} to|with {_OF}? {_REAL}? ",
        "connect|transfer|put|pass|forward|hand|switch|escalate|redirect|route me|us|this|it .. to|with|through|on|"
        "onto .. ",
    )
    for after in (_ANYBODY,)
)
_REQUESTS: Final = (
    *_SHAPES,
    f"{_TALK} to|with {_OF}? customer? {_SERVICE}",
    f"want|need|like|get|give|prefer|request me? a|an|some customer? {_SERVICE} {_ANYBODY}",
    f"want|need|prefer {_STRICT}|humans $",
    f"want|need|like|prefer|give me? a|an|your {_REAL}? {_STRICT} , not",
    f"you have .. {_REAL} support|help|agents|people|staff|operators|persons|{_SERVICE}",
    f"can|could|may i .. with a|an|your {_REAL} {_ANYBODY}",
    "connect|transfer|forward me to|with|through _ ,? please|thanks? $",
    f"be put|passed|transferred|connected|handed|sent through|over? to {_OF}? {_REAL}? {_STRICT}",
    f"transfer|connect|escalate to {_OF} {_REAL}? {_STRICT}",
    f"hand|transfer|pass a|the|this conversation|chat|call over? to {_OF} {_REAL}? {_STRICT}",
    f"transfer to me a|an|the {_REAL}? {_STRICT}", f"give|hand me over? to {_OF} {_REAL}? {_STRICT}",
    f"give|get me {_OF} {_REAL}? {_STRICT}", f"get me {_OF} {_ANYBODY} on", f"help {_TALK} with|to {_OF} {_STRICT}",
    f"^ someone|somebody|anyone|person from customer|your|the {_SERVICE}|team",
    f"can|could someone|somebody|anyone from|of|in your|the team|company|staff|{_SERVICE} .. help|call|contact|assist",
    f"is there {_OF} {_ANYBODY} available|free|around", f"know how i|to can? {_TALK} with|to {_OF} {_REAL}? {_STRICT}",
    f"have to do .. to {_TALK} to|with {_OF} {_REAL}? {_REAL}? {_STRICT}", f"contact {_OF} {_REAL} {_ANYBODY}",
    f"^ {_TALK} to|with admin|agent|human|person|support|staff|operator|manager|representative",
    "connect|transfer|put me|us .. to|with|through .. department|desk|service|care|support|sales|billing|reception",
    f"want|need|like|get|give|prefer|demand|require|request|have me|us|for? a|an|the|your {_REAL} {_ANYBODY}",
    f"want|need|like|get|give|prefer|demand|require|request|have me|us|for? a|an|your {_STRICT} $",
    f"want|need|like|get|give|prefer|demand|request me|us? a|an|your {_STRICT} "
    "please|now|instead|immediately|here|asap|on|not|right|today|and|because|that|or|to "
    "help|call|assist|talk|deal|look|fix|sort|handle|contact|explain",
    f"want|need|like|get|give|prefer|demand|request me|us? a|an|your {_STRICT} "
    "please|now|instead|immediately|here|asap|not|right|today|and|because|or",
    f"give|get|bring|find|fetch me|us {_OF}? {_REAL}? {_ANYBODY}",
    f"^ {_REAL}? {_STRICT}|humans|agents {_STRICT}? please|now? $",
    f"^ a|an|your|some {_REAL}? {_STRICT}|humans|manager ,? please|now $",
    f"^ {_REAL}? {_STRICT} , please|now",
    f"^ a|an|some {_REAL} {_ANYBODY} $",
    f"^ please ,? a|an? {_REAL}? {_STRICT} $",
    f"^ just a|an {_REAL}? {_STRICT} $",
    f"^ {_REAL} {_STRICT}|agents|people|{_SERVICE} please|now? $",
    f"^ customer {_SERVICE} {_STRICT}? please? $",
    f"^ {_STRICT} please|now|asap|!",
    f"{_REAL} {_STRICT} please",
    f"is there .. {_STRICT}|somebody|someone|anybody|anyone|people .. {_TALK}|help|call",
    f"put a|an|some|the {_REAL}? {_STRICT}|someone|somebody on",
    "speak|talk|chat to|with whoever|anyone|anybody|someone|somebody|people|person who|handles|deals|knows",
    "transfer|connect|escalate me|this please|now|immediately|already? $",
    "need|want|like|get|some human|live help|assistance|support|agent",
    "can|could|may i|we call|phone|ring someone|somebody|anyone|anybody",
    "out of this bot|chatbot|loop|machine|menu",
    f"are there .. {_STRICT}|people|agents|humans .. {_TALK}|help", f"in touch with a|an|your|some {_REAL}? {_ANYBODY}",
    f"is there a|any|an {_REAL} {_ANYBODY}",
    "anyone|anybody|somebody|someone|person|human i|we can|could|to talk|speak|call",
    f"reach|contact a|an|your {_REAL}? {_STRICT}|{_SERVICE}",
    "can|could|may|please|would someone|somebody|anyone|anybody|a|person|human|agent|manager .. call|ring|phone me|us",
    f"have|get|ask|let {_OF}? {_REAL}? {_ANYBODY} .. call|ring|phone|contact me|us",
    "whoever|who is in charge|responsible",
    f"get|find|want|need a|an|some human|humans|{_REAL} .. line|phone|{_TALK}", f"find|get a human|{_REAL}",
    "want|need|like someone|somebody|a|your|person|human|manager .. to .. call|ring|phone|contact|look|handle|help|"
    "deal|explain|talk|speak|assist me|us|this|it|with|to|into",
    "call me back? please|now|today|asap $", "please call|ring|phone me|us",
    "can|could|would you|somebody|someone call|ring|phone me|us",
    "not want|wish|like|going|wanna to? talk|speak|chat|deal|argue .. bot|chatbot|robot|machine|computer|ai|"
    "assistant|recording|algorithm",
    "no more|stop bots|bot|robots|chatbots", "stop .. bot|robot|chatbot .. person|human|agent",
    "person|human|someone|somebody .. not a|an|another bot|robot|machine|chatbot|computer|ai",
    "escalate this|it|my|the|to|please|now", "want|need|like|get|have this|it|my .. escalated",
    "get|where your .. manager|supervisor|boss $", "where|who is your manager|supervisor|boss|superior|team-lead $",
    f"complain|complaint to your|a|the {_STRICT}|boss|superior",
    "let me|us speak|talk|chat with|to _ ,? please? $", "let|can|could|may me|i|us|we speak|talk with|to _ from|in|at",
    "let|can|could|may me|i|us|we speak|talk with|to dr|mr|mrs|ms|miss|doctor|nurse _",
    "can|could|may i|we please? speak|talk|chat with|to _ ,? please? $",
    "want|like|prefer|wish|possible to speak|talk|chat with|to _ ,? please? $",
    "like|want|wish to speak|talk with|to _ about|regarding",
    f"is anyone|anybody|somebody|someone {_REAL}|alive", "is anyone|anybody available|there|around|here $",
    f"is there anyone|anybody|somebody|someone {_REAL}? available|{_REAL}|alive $",
    f"anyone|anybody|somebody|someone .. who|that is not a|an {_ROBOT}",
    f"discuss|go .. with a|an|your|some|one of? your? {_REAL}? {_ANYBODY}",
    "discuss .. with someone|somebody|anyone|anybody", "^ anyone|anybody real? there $",
    f"^ any|is {_REAL}|a|an {_STRICT}? there $",
    "discuss|speak|talk .. with|to a|any|some|another member|members of staff|your|the",
    f"{_ASKING} a|another phone? call|callback|call-back|ring from {_OF} .. {_ANYBODY}",
    "want|need|like|request|prefer a callback|call-back", "please transfer|escalate|connect|forward $",
    "^ transfer|escalate ,? please|now $",
    f"stop|enough|quit|cut with|of the|this|your|all {_ROBOT}",
    f"stop|enough|quit|cut with|of? the|this|your|all {_ROBOT} crap|nonsense|bullshit|stuff|answers|replies|rubbish",
    "get|give|find|send me|us one ,? now|please|immediately|asap|instead|today",
    f"asked for {_OF}? {_REAL}? {_STRICT}|somebody|someone", "talk|speak to your|the|a boss|owner|manager|supervisor",
    "let|can|could|may|get|have me? i? .. your|the|a manager|supervisor",
    "hablar|comunicarme|contactar con un|una|el|alguien persona|agente|humano|representante|operador|asesor|supervisor",
    "hablar con alguien", "quiero|necesito un|una|hablar .. agente|humano|persona|asesor|representante|operador",
    "parler .. à|a|avec un|une|quelqu'un conseiller|conseillère|humain|agent|personne|responsable|opérateur",
    "parler à|avec quelqu'un", "un vrai|humain s'il|conseiller|humain",
    "mit einem|einer|jemandem .. menschen|mitarbeiter|mitarbeiterin|berater|person|kollegen|sprechen|reden|verbinden",
    "einen menschen|mitarbeiter|berater sprechen|bitte|haben", "echten menschen|mitarbeiter",
    "falar com um|uma|o|alguém atendente|pessoa|humano|agente|supervisor", "falar com alguém",
    "parlare con un|una|qualcuno operatore|persona|umano|responsabile|agente",
)  # fmt: skip
_FOUND: Final = Phrases({"asked": _REQUESTS})
_WITHDRAWN: Final = Phrases(
    {
        "withdrawn": (
            "no need for|to .. person|human|agent|transfer|talk|speak|call|representative|manager|escalate",
            "not need|want .. person|human|agent|transfer|transferred|representative|manager|escalate|escalated $",
            "not need|want .. talk|speak|transfer|connect|call .. person|human|agent|representative|manager|someone|"
            "anybody|anyone",
            "never mind", "nevermind", "not transfer|connect|escalate",
        )
    }
)  # fmt: skip
_BLOCKING: Final = word_set("not never without spoke talked told asked will they he she did was were already")
"""Said before a request, these make it a report or a refusal."""
_PEOPLE: Final = frozenset(_ANYBODY.split("|"))
_OWN: Final = word_set("my our his her their another's i'm")
_GOES_ON: Final = word_set("i we")
_QUESTION_NOT: Final = word_set("why can could should may")
_ANOTHER_CLAUSE: Final = word_set("but and so or because understand know say says")
"""What a clause ends with that has nothing to do with the request after it: "I do not understand a word you say"."""
_ABOUT: Final = word_set(
    "error errors resources rights nature body being's readable factor fees fee commission estate code "
    "name id number hours policy training portal app email"
)
"""What comes after and makes a person a thing: human error, agent code."""
_CONVERSATION: Final = word_set("call chat case ticket issue conversation complaint request")
"""What is transferred with the customer; anything else of theirs is a thing that changes hands."""
_UNWILLED: Final = word_set("hate hated dislike avoid avoiding")
"""I hate talking to people."""
_NOBODY_NAMED: Final = word_set(
    "you yourself it it's this that these those them him her me us myself friends family legal hr god strangers "
    "english children kids siri alexa wifi wi-fi internet network vpn server bluetooth router account"
)
"""What stands where a name could: can I talk to you?"""
_WISHED: Final = word_set("asked wanted needed requested tried")
_BEGINNINGS_OF_TIME: Final = word_set("yesterday last ago earlier once previously")
_HAPPENED: Final = word_set("they he she fixed solved helped sorted resolved called answered got did worked")
_UNMET: Final = word_set("nobody not never still no but none nothing waiting")
_NO_PERSON: Final = word_set("travel estate insurance cleaning cleansing letting sales-tax bleaching")


def asks_for_person(words: Words) -> Found | None:
    """The request for a person in a customer's turn; None where there is none."""
    for found in _FOUND.find(words):
        if _is_request(words, found):
            return found
    return None


def takes_back(words: Words) -> bool:
    """Whether the customer says that no person is needed after all."""
    return any(True for _ in _WITHDRAWN.find(words))


def _is_request(words: Words, found: Found) -> bool:
    said = words.words[found.first : found.last + 1]
    after = words.words[found.last + 1] if found.last + 1 < len(words.words) else "."
    owned = said[-1] in _PEOPLE and not _OWN.isdisjoint(said[-3:-1])
    named = said[-1] not in _PEOPLE and said[-2:-1] in (("to",), ("with",))
    if (named and said[-1] in _NOBODY_NAMED) or (said[-1] in ("about", "regarding") and said[-2] in _NOBODY_NAMED):
        return False
    if after in _ABOUT or owned or not _NO_PERSON.isdisjoint(said):
        return False
    before: list[str] = []
    for word in reversed(words.words[max(0, found.first - 6) : found.first]):
        if is_break(word) or word in _ANOTHER_CLAUSE:
            break
        before.append(word)
    if _is_told(words, found, before):
        return False
    if said[0] == "transferred" and "my" in before and _CONVERSATION.isdisjoint(before):
        return False  # "can my licence be transferred to a colleague?"
    if said[0] == "not" or said[0] in ("no", "stop", "why", "know"):
        return True
    if (
        "not" in before
        and not _QUESTION_NOT.isdisjoint(before)
        and ("why" in before or "if" in before or before[-1] in ("can", "could", "may", "should"))
    ):
        return True  # "why can I not talk to a person", "if I can not talk to a person"
    if "will" in before and "only" in before:
        return True
    if "already" in before and "asked" in before:
        return True  # "I already asked to speak to a person"
    if ("asked" in before[:2] or said[0] == "asked") and ("i" in before or "we" in before):
        return True
    if said[0] == "asked":
        return False
    if not _BLOCKING.isdisjoint(before):
        return "would" in before and "not" not in before
    subject = next((word for word in before if word in ("i", "we", "you", "he", "she", "they", "us", "me")), "")
    if subject in ("he", "she", "they"):
        return False
    return not ("do" in before and "have" in before and subject in _GOES_ON)


def _is_told(words: Words, found: Found, before: list[str]) -> bool:
    """Whether a wish is only told of: one that others had, that was met long ago, that would be, or its contrary."""
    if not _UNWILLED.isdisjoint(before[:2]):
        return True  # "I hate talking to people"
    if before[:2] in (["to", "had"], ["i", "should"], ["we", "should"]):
        return True
    if before[:2] == ["i", "am"]:
        return True  # "am I talking to a human?" asks who is there
    wished = words.words[found.first] in _WISHED or not _WISHED.isdisjoint(before)
    if not wished:
        return False
    if "if" in before or ("i" not in before and "we" not in before):
        return True
    later = words.words[found.last + 1 :]
    earlier = words.words[: found.first]
    return (
        not _BEGINNINGS_OF_TIME.isdisjoint((*earlier, *later))
        and not _HAPPENED.isdisjoint(later)
        and _UNMET.isdisjoint(later)
    )
