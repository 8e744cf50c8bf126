"""The words that the rules know. They are English; notes in other languages are not judged by words."""

from __future__ import annotations

from typing import Final


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


ENGLISH: Final = words(
    "the and of to is has with for was not from her his their since after about because did does cannot but at she he"
)
OTHER_LANGUAGES: Final = words(
    "der die das und ist nicht mit seit dem den ein eine für auf el los las que por con una está del les des est "
    "avec pour une dans il di che per non della het een van niet met voor o os não com uma para och att är med som på"
)

SOFT: Final = (
    "follow up",
    "follow-up",
    "followup",
    "look into",
    "reach out",
    "touch base",
    "circle back",
    "check in",
    "deal with",
    "take care",
    "take over",
    "take it from here",
    "sort out",
    "get back",
    "get in touch",
    "handle",
    "address",
    "assist",
    "help",
    "continue",
    "proceed",
    "see what",
    "do the needful",
    "action",
)
"""Beginnings that say only that something should be done. Without a further, exact verb nobody knows what."""

VAGUE: Final = words(
    "please kindly just now asap soon urgently promptly quickly today tomorrow possible needed necessary accordingly "
    "appropriate appropriately required further action actions step steps next again back up in on to into out over "
    "with about for of as if when and or the a an it this that them him her their his "
    "contact call phone email message text reach get touch check review investigate resolve solve fix process handle "
    "help assist respond reply answer advise update monitor escalate manage support see do take care deal look follow "
    "followup finish complete continue proceed address sort "
    "customer customers client caller user lead guest person agent human team someone somebody "
    "issue issues matter case request problem problems ticket inquiry enquiry query concern concerns situation things "
    "above below attention investigation assistance required needs transcript "
    "everything something tbd tba na n none unknown pending awaiting waiting callback handoff handover"
)
"""A next step that is made of nothing but these words is vague."""

VERBS: Final = words(
    "accept acknowledge activate add adjust advise agree align allow answer apologise apologize apply approve "
    "arrange ask assess assign attach attend authorise authorize bill block book bring buy calculate call cancel "
    "capture change charge check choose clarify clean clear close collect compare compensate compile complete "
    "configure confirm connect contact convert copy correct cover create credit cut deactivate decide decline "
    "delete deliver demonstrate deploy describe diagnose disable discuss dispatch do document double-check download "
    "draft drive e-mail edit email enable enrol enroll enter escalate estimate evaluate examine exchange expedite "
    "explain export extend file fill finalise finalize find finish fit fix forward free freeze generate get give grant "
    "hand have hire hold identify implement import inform inspect install instruct investigate invite invoice issue "
    "join keep leave lend let lift link list locate lock log lower mail make map mark match measure meet mention "
    "merge message monitor mount move negotiate note notify obtain offer open order organise organize pack pass "
    "patch pause pay phone photograph pick pin place plan point post postpone prepare present print process propose "
    "provide publish pull push put quote raise re-enable re-send reach reactivate read reassign rebook recalculate "
    "recall receive recheck recommend reconcile record recover redeem redirect reduce refer refill refund refuse "
    "register reinstall reissue reject release remind remove rename renew rent repair replace reply report reprint "
    "request reschedule resend reserve reset resolve respond restart restore resume retrieve return reverse review "
    "revise revoke rewrite ring roll rotate route rule run save scan schedule search secure select sell send set "
    "settle share ship show sign speak specify start stop submit supply suspend swap switch take talk tell test "
    "text tighten top trace track train transfer translate try turn unblock undo unlock unsubscribe update upgrade "
    "upload use validate verify visit void waive walk warn withdraw write"
)
"""Imperatives with which an exact next step may begin. A verb that is missing here costs an ``info`` at most."""

SMALL_VERBS: Final = words(
    "is are was were be been being has have had does do did can cannot can't could will would won't must should may "
    "might needs need needed wants want wanted wishes asks ask asked says said reports reported claims claimed called "
    "calls wrote writes complains complained disputes disputed requests requested refuses refused threatens threatened "
    "lost loses got gets keeps kept received receives paid pays bought ordered cancelled canceled failed fails stopped "
    "stops broke leaks leaked arrived arrives missed misses left leaves found finds tried tries cannot isn't wasn't "
    "hasn't didn't doesn't don't aren't found thinks believes agreed agrees accepted accepts approved offered plans "
    "hopes looks seeks moved moves returned returns signed expects expected waits waited owns runs drips shows showed"
)
"""Finite verbs that make a sentence of a topic."""
