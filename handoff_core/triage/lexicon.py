"""The words that customers of help desks, shops, banks, clinics and trades use to say how they feel. English.

Written for this project. A value is what one word or phrase adds; -1 is a plain complaint, -2 a strong one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from handoff_core.triage.words import word_set


def _values(table: Mapping[float, str]) -> dict[str, float]:
    return {word: value for value, words in table.items() for word in words.split()}


WORDS: Final = _values(
    {
        -2.2: "furious livid outrageous outraged disgusting disgusted appalling atrocious despicable scam scammers "
        "hate hated "
        "horrendous abysmal worst fuming crap bullshit",
        -1.8:
        "terrible horrible awful ridiculous unacceptable useless pathetic incompetent insulting insulted nightmare "
        "joke angry ripped cheated robbery infuriating enraged dreadful shameful disgrace disgraceful hopeless fuck "
        "fucking shit damn lied lying liars unbelievable idiots idiot stupid dumb",
        -1.4: "frustrated frustrating frustration frustrations frustrates poorly mistreated "
        "disappointed disappointing disappointment annoyed annoying upset "
        "upsetting rude "
        "unprofessional unhappy mess regret unreliable pointless absurd misleading misled overcharged fed ignored "
        "ignoring stressed stressful miserable embarrassing humiliating careless negligent sloppy suck sucks "
        "freezing mad helpless scratched scratch dent dented cracked torn stain stained mouldy moldy rotten stale "
        "smelly filthy "
        "died dead disrespectful arrogant condescending aggressive dishonest deceptive fraudulent bogus offended "
        "ashamed "
        "desperate exhausted overwhelmed heartbroken devastated panicking nervous distressed suffering ridiculously "
        "nonsense rubbish garbage trash ludicrous laughable shocking shocked disturbing",
        -1.0: "bad poor worse wrong broken fail failed fails failing failure crashes crashing crashed damaged faulty "
        "defective "
        "confusing confused worried worrying worry anxious concerned unfair tired sad pain painful scared afraid "
        "trouble unable stuck ruined complain complaining disaster lousy inconvenient inconvenience unsatisfied "
        "dissatisfied impatient irritated irritating hassle chase chasing stranded lost missing declined spam hurts "
        "unclear slow dirty cold leaking noisy glitchy buggy laggy outage stopped stuck blocked rejected refused "
        "denied hacked "
        "stolen overpriced expensive shabby incomplete misplaced forgotten forgot crooked bent leaked flooded swelling "
        "mould mold peeling peeled deleted threaten scrap junk lies cheat ruins cracked fever bleeding worsening "
        "cancelled fault threw ditched abandoned",
        -0.5:
        "problem problems issue issues error errors late delay delayed locked unfortunately complaint wait waiting "
        "sorry difficult hard incorrect unexpected",
        0.6: "ok okay fine thanks thank clear good interested hope hopefully glad easy correct useful",
        1.2: "great nice happy helpful appreciate appreciated pleased satisfied relieved friendly lovely kind "
        "comfortable works "
        "worked working solved sorted fixed resolved impressed cheers sweet cool super helped better recommend "
        "painless "
        "hooray yay beautiful smooth smoothly seamless polite courteous professional patient gentle tasty delicious "
        "cosy "
        "spotless tidy reliable handy neat grateful thankful fabulous terrific splendid marvellous marvelous stunning "
        "gorgeous pleasant pleasantly welcoming flawless flawlessly efficient saved generous thoughtful proud rock "
        "rocks delight delighted "
        "relief enjoyed enjoy thumbs magic bless blessing genius legend champion star",
        1.8: "kudos perfect excellent awesome wonderful fantastic amazing brilliant love loved delighted outstanding "
        "superb best "
        "thrilled incredible",
    }
)  # fmt: skip
"""Feeling by word."""

NEUTRAL_BEFORE: Final = word_set("form number department line procedure policy code message log report desk")
"""What makes a name of the word before it: a complaint form, an error code."""

NEGATIONS: Final = word_set("not no never none nothing without hardly barely neither nor nobody cannot nowhere")
BOOSTERS: Final = word_set(
    "very really so extremely absolutely completely totally incredibly super too utterly quite deeply "
    "beyond seriously honestly truly such highly"
)
SOFTENERS: Final = word_set("slightly somewhat little bit kind sort fairly maybe a-bit mildly")

PHRASES: Final[Mapping[float, Iterable[str]]] = {
    -2.4: (
        "thanks|thank for nothing",
        "sick and tired",
        "worst|terrible|horrible|awful .. service|experience|company|support",
        "rip|ripping|ripped me|us|people off",
        "never|not do|use|buy|order .. with|from you|them again",
        "waste of .. time|money",
    ),
    -1.8: (
        "third|fourth|fifth|sixth|tenth|hundredth|umpteenth time",
        "fed up", "sick of", "tired of", "had enough", "enough is enough", "wit's|wits end", "last straw",
        "how many times", "how many more", "again and again", "over and over",
        "want|need to cancel $",
        "want|would|going|i to|will|like cancel my|this|the account|subscription|contract|policy|membership|plan",
        "^ cancel my|the account|subscription|contract|policy|membership|plan",
        "want my|our money back", "give me my money", "refund me now",
        "losing|lost my|all? patience", "my patience", "done with you|this|your",
        "nobody ever? answer*|call*|help*|listen*|repl*|respond*|care*|come|came|has|know*|show*",
        "you people|lot", "you guys are|have|keep|never|do|can|did|just", "do not trust", "lost|losing trust|faith",
        "nobody is|has help* us|me",
        "bad|negative|one-star|1-star review", "go elsewhere", "take my business",
        "switch*|moving|move|going to another|different|other|a? competitor|provider|company|bank|supplier",
        "are you even", "are you serious|kidding|joking", "is this a joke", "what is wrong with",
        "you are not|no help*|listening|reading|understanding", "you do not understand|listen|care|get",
        "you keep|kept asking|saying|sending|repeating|telling", "does not answer|address my",
        "stop sending|asking|repeating|wasting", "without asking|telling|permission",
        "not good enough", "not think .. good enough", "never .. such|so", "close my account", "demand|demanding",
        "hung up on", "wish i had never|not", "my fault", "costing me|us", "all over again", "start|starting over",
        "walked off|away|out", "the third|fourth|fifth|sixth|tenth person|agent|one", "makes|make|making no sense",
        "leave|leaving .. a? review", "expected more|better",
    ),
    -1.3: (
        "second time|week|month|day in?", "# times", "twice again", "again $", "every|each time i",
        "charged|billed|debited twice|again|double|wrongly|incorrectly", "double charged|billed",
        "charged me .. twice|again",
        "still not|no|nothing|waiting|broken|down|have|getting|the|offline|pending|black|blank|dead|off|red|stuck|"
        "locked|missing|wrong|cold|leaking|see|says|shows|same|unresolved|open", "^ still",
        "same error|problem|issue|thing|message|answer|link",
        "been|still|kept|keep|left|sat|stuck|waiting|waited on hold",
        "on hold for # minutes|mins|hours|hrs", "# minutes|mins|hours|hrs on the? phone|line",
        "still do|does|did|have|has|is|are|can|could|will not",
        "no supervisor|manager|agent|representative|rep|staff available|around|there|here",
        "could|can not do anything", "that did|does not happen|help|work",
        "does|did|do|is|are|was|has|have|will|can not help*|work*|arrive*|come|answer*|respond*|help|fix*|solve*|"
        "receive*|show|shown|turn",
        "nothing .. works|worked|helps|helped|happens|happened|changed", "did|does|done|doing nothing",
        "not what|the i|answer|one asked|wanted|ordered|said|meant|i",
        "that is not it|right|correct|true|helpful|helping",
        "already|just told|said|explained|answered|gave|given|tried|sent|paid|did",
        "as i said|told|mentioned|explained|wrote",
        "i explained|told|said .. already|twice|before", "told you .. twice|already|before|times",
        "waiting|waited|been for|since|over|more|almost # hours|days|weeks|months|minutes",
        "waiting|waited for|since|over|more|hours|days|weeks|forever|ages", "for hours|days|weeks|months|ages",
        "been # hours|days|weeks|months",
        "since monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday .. and|no|nothing|still",
        "in circles", "all day for", "for nothing", "log*|kick* me out",
        "longer than .. would|should|promised|expected", "the point of|in",
        "never agreed|asked|ordered|signed|authorised|authorized", "should have read|known|gone|listened",
        "another day off", "without solving|answering|helping", "took # days|weeks|hours|months", "paid for .. and",
        "after only # days|weeks|hours|months", "i|we would rather", "can not sleep|work|eat|breathe|walk",
        "not bother", "seriously $", "without finishing|fixing|doing|paying|notice|warning|reason",
        "instead of .. the", "say|says|said|told me nothing", "not delivered|finished|gone|included|done|there|"
        "cleaned|repaired|paid|refunded|credited|honoured|"
        "honored|honoring", "had to .. because|myself",
        "want|need it|this|them fixed|sorted|resolved|solved|gone|done",
        "never came|come|arrived|called|received|showed|got|answered|happened|had|replied|responded|heard",
        "nobody", "promised|was|were told|promised .. and|but|never|then",
        "you|they said|promised|told|sent .. wrong|but",
        "not? show|turn up", "passed|bounced|sent|transferred around|from|between",
        "no .. internet|power|heating|water|signal|electricity|connection|hot",
        "no refund|reply|response|answer|update|ticket|help|luck|call", "has|have nothing",
        "why should|does|do|would|is|am|did|have i|we|nobody|it|my|this|you", "should not have to",
        "none of", "another week|day|month|hour|delay", "taking|takes|took|this|too|so forever|ages|long",
        "can not believe", "can not afford", "can not get|log|access|reach|use|open|pay",
        "line drops|dropped", "keeps|keep crashing|failing|happening|dropping|freezing|stopping|asking|getting",
        "getting|gets worse", "good|nice|great try", "great|fantastic|wonderful|brilliant , so|another|now",
        "wrong size|item|address|order|colour|color|amount|name|dish|product|person",
        "you took", "not let* me", "in pain", "get my money", "is funny",
        "where is my|the order|money|refund|technician|driver|package|parcel|food",
        "was rude", "fell apart|off", "way you|your", "forget it",
        "not|no impressed|happy|satisfied|helpful|acceptable|good|ok|okay|fine|funny|fair|useful|great",
        "need|want it|this|them fixed now|today", "nope .. still|not", "do not apply",
    ),
    0.9: (
        "makes sense", "sounds good|great|perfect|fine", "that helps", "explains it", "all good|set|sorted", "on time",
        "good to know", "no longer broken|a|an problem|issue", "suits me", "went well", "looking forward",
        "so quick|fast",
        "was|is so? quick|fast",
    ),
    1.7: (
        "blew|blown my mind|away", "big|huge|many thanks|thank|props|shoutout|shout-out",
        "did the trick", "made my day", "thank you so|very much", "thanks a lot|million", "much appreciated",
        "not thank you enough", "not be happier", "not|no bad", "no complaints", "not complain", "that works|worked",
        "it works|worked|runs|printed|is working", "problem solved", "well done", "not better",
        "turned|worked out great|fine|well|good|perfectly", "a great help", "best .. ever", "happy with",
        "have a nice|good|great day|weekend|evening",
        "log in again", "everything is fine", "no more .. error|errors|problems|issues|pain|leaks|noise",
        "like a charm", "really|so|very well",
        "looks|look|tastes|feels|sounds|runs|fits beautiful|great|good|lovely|perfectly|perfect|amazing|well",
        "my faith", "tell|told .. friends about", "saved me|us|my|the", "in no time", "above and beyond",
        "better than expected|before|ever|i", "not have asked for",
        "thank|thanks .. for sorting|helping|fixing|being|your|the|all|everything",
    ),
    0.0: (
        "was|were working|fine", "seem|seems to be working|fine",
        "no problem|problems|worries|rush|hurry|thanks|thank|need|matter|idea", "not sure", "not yet", "no .. wait $",
        "how do|can|would|to|should i|we|you .. cancel|complain",
        "good morning|afternoon|evening|day", "kind of", "i can|will wait", "please wait", "wait a|for", "hold on",
        "no idea", "would like to know",
        "sorry|apologies to|for bother*|the|my|late|confusion", "best regards|wishes", "kind regards",
        "is there a problem", "any problem|problems|issue|issues",
        "not at home", "lost and found", "hard drive|disk|copy", "fine print", "cold water|weather|drink*|call",
        "better|best time|way|option|one|price|offer|plan|day|date|deal|for|to|if",
        "good time|day|option|place|number|price",
        "dog|cat is friendly|nice|kind", "not decided|started|sure|tried", "working hours|days|day|from|on",
        "works for", "do you think", "great britain", "^ ok|okay",
        "i am calling|writing|contacting about|because|to|on",
        "trouble getting", "no $", "not .. thank|thanks",
    ),
}  # fmt: skip
"""Feeling by phrase; 0 takes the feeling out of the words in it."""
