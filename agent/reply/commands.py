"""What callers may say to any bot at any time, told by rules: the whole utterance must be the command."""

from __future__ import annotations

import re
from enum import StrEnum

from agent.reply.utterance import Utterance


class Command(StrEnum):
    """The universal commands."""

    STOP = "stop"
    WAIT = "wait"
    REPEAT = "repeat"
    HELP = "help"
    PERSON = "person"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    HERE = "here"  # whether anybody is on the line
    UNDERSTOOD = "understood"
    GO_ON = "go_on"  # with what the caller spoke over
    LATER = "later"  # the caller will call again themselves


_LEAD = ("okay", "ok", "so", "well", "oh", "and", "then", "alright", "all", "right", "just", "now", "but", "please")
_THANKS = r"(many )?(thank you|thanks|thank)( (very|so|that) much| a lot| again| for (your|the) help| for that)*"
# "Hello?", as recognisers write it: "oh wow", "i well". No question begins so.
_GREETING = r"((?!(who|what|when|where|why|how|which|if|whether)\b)[a-z']+ ){0,2}"
# "I'll call back later", but not "I'd like to call back", which may be "a call back" misheard, nor a bare "I'll try
# again", which is of what was asked.
_WILL = r"(i'll|i will|i'd rather|i would rather|i'd better|i'm going to|i'm gonna|i'll have to|i have to|let me)"
_CAN = rf"({_WILL}|i can|i could)"
_WHEN = (
    r"((a (bit|little) )?later( on| today| this week)?|(early |first thing )?(tomorrow|(this|on \w+day|\w+day) "
    r"(morning|afternoon|evening)|(on )?(mon|tues|wednes|thurs|fri|satur|sun)day|tonight|next week)"
    r"( morning| afternoon| evening)?|in the (morning|afternoon|evening)|"
    r"in (a|an|half an|\w+) (bit|while|minutes?|hours?|days?)|"
    r"(at )?(another|some other|a different|a better|a later) (time|day)|"
    r"when (you're|you are|they're|they are|he's|she's|somebody's|somebody is|someone is) (open|there|back|in|free))"
)
_ALL_RIGHT = (
    r"((no|nope|okay|ok|then|well|oh|sorry|thanks|thank you|never ?mind|in that case|maybe|actually|"
    r"(that's|it's) (okay|fine|all right|alright)|i (guess|think)) )*"
)
_JUST = r"( just| rather| maybe| probably)*"
_ANYBODY_BACK = r"( you| them| him| her)?( (back|again|myself))"
_LATER = (
    rf"{_ALL_RIGHT}({_WILL}{_JUST} (call|ring|phone){_ANYBODY_BACK}+( {_WHEN})*|"
    rf"{_CAN}{_JUST} (call|ring|phone|try){_ANYBODY_BACK}*( {_WHEN})+|"
    rf"(can|could|may) i{_JUST} (call|ring|phone)( you)?( back| again)? (later|another time))"
    rf"( (myself|instead|then|okay|{_THANKS}))*"
)
_PATTERNS = {
    Command.STOP: r"((sorry|no|hey) )*stop( it| that| talking| there| right there)*|"
    r"be quiet|shut up|enough|that's enough|cancel( that| it)?|never ?mind|"
    r"forget (it|that|about it)",
    Command.WAIT: r"(wait|hold on|hang on)( (a|one) (moment|minute|second|sec))?|"
    r"(one|just a|a) (moment|minute|second|sec)|give me a (moment|minute|second|sec)|let me (think|see|check)|"
    r"(please )?hold( the line)?|(i|let me|i'll)( just| need to| have to)? (get|grab|find|fetch) "
    r"(a pen|something to write|some paper|a piece of paper)( with| on)?",
    Command.REPEAT: r"((can|could|would|will) you )?(please )?(repeat|say)( that| it| this)?"
    r"( again| once more| one more time)?|"
    r"(once more|one more time|again|what|pardon|pardon me|excuse me|sorry|come again)|"
    r"(sorry )?(what was that( number| reference| name| address| time| date)?|what is that)( again)?|"
    r"(sorry )?what did you (just )?say( again)?|"
    r"(sorry )?i (didn't|did not|couldn't|can't) (catch|get|hear|understand) (that|it|you)|"
    r"(sorry )?(what|pardon|come again)|"
    r"((can|could|would|will) you )?(please )?(speak|talk)( up| (a (bit|little) )?louder)",
    Command.HELP: r"help( me)?|what can (i|you) (ask|do|say|help)( you| me| with| for me| about)*|what do you know|"
    r"what are (my|the) options|how can you help( me)?|how does this work|what else can (you|i) (do|ask)",
    Command.PERSON: r"(the |an? )?(operator|representative|agent|human|person|receptionist|real person|human being)",
    Command.GOODBYE: r"(.* )?(goodbye|good (bye|by|buy)|bye|(bye|by|buy)( (bye|by|buy))+)( (then|now))?|"
    rf"((great|perfect|good) )*({_THANKS} )(by|buy)|by|"  # as recognisers write "bye"
    rf"(({_THANKS}|bye|goodbye|great|good|perfect) )*(see you|see ya|talk to you)( (later|then|soon|tomorrow))?|"
    r"(.* )?have a (nice|good|great|lovely) (day|one|evening|weekend|night|afternoon)|good night|"
    r"hang up( now| please)?|end (the|this) call|"
    rf"((no|nope|great|perfect|good|yes|yeah) )*({_THANKS} )?(that's|that is|that was|that'll be) (all|it|everything)"
    rf"( for (now|today)| i (need|needed|wanted)( to know)?)*( {_THANKS})?|"
    r"((oh|sorry|i'm sorry) )*((i )?(think |guess )?(i )?(have|got|dialed|called)( the| a)? )?wrong number( sorry)?|"
    rf"(no )?({_THANKS} )?(nothing( else| more)?|i'm (done|good|all set|fine))( {_THANKS})?|no,? {_THANKS}",
    Command.THANKS: rf"(great |perfect |good |yes |yeah |wonderful |very good )?{_THANKS}( great| perfect)?|"
    r"i appreciate (it|that)|that's (very )?(kind|nice)( of you)?",
    Command.HERE: rf"((hello|hi|hey) )*{_GREETING}(are you( guys)? (still )?(there|here|listening)|"
    r"(can|do) you hear me|"
    r"is (somebody|someone|anybody|anyone)( still)? (there|here|on the line)|(is )?anybody (there|here))"
    r"( (hello|hi|now))*|hello( hello)+",
    Command.UNDERSTOOD: r"(i see|i understand|understood|got it|i got (it|that)|good to know|cool|nice|awesome|wow|"
    r"interesting|fair enough|makes sense|that makes sense|that's good|i get it)",
    Command.GO_ON: r"(please )?(go on|go ahead|continue|carry on|keep going|finish)|you were saying( \w+)?|"
    r"what were you (saying|going to say)|sorry (go on|go ahead|continue)|i interrupted you|i didn't let you finish",
    Command.LATER: _LATER,
}
_SLOWER = re.compile(r"\b(slower|slowly|slow( it| that)? down|(too|so) (fast|quick|quickly))\b")
_BESIDE_SLOWER = frozenset({
    "can", "could", "would", "will", "you", "please", "say", "repeat", "read", "give", "tell", "speak", "talk", "go",
    "me", "that", "it", "this", "the", "number", "address", "all", "again", "once", "more", "a", "bit", "little",
    "much", "even", "way", "for", "sorry", "was", "is", "that's", "you're", "are", "talking", "speaking", "not", "just",
    "slow", "down", "slower", "slowly", "too", "so", "fast", "quick", "quickly",
})  # fmt: skip
# A bare "someone else" or "I want anyone" is an answer to much that is asked, so what is wanted of them must be said.
_ASKS = (
    r"(?:i (?:(?:just|really) )*(?:want|need|would like|would rather|prefer)|"
    r"i'd (?:(?:just|really) )*(?:like|rather|prefer)|can i|could i|may i|let me)"
)
_PLEASE = r"(?:(?:please|just|maybe|rather) )*"
_CAN_YOU = rf"(?:(?:can|could|would|will) you )?{_PLEASE}"
_ANY, _REAL = r"(?:an?|the|some|any|another) ", r"(?:real |live |actual |human |living )"
_STAFF = r"(?:human(?: being)?|agent|operator|representative|receptionist)"
_ANYBODY = rf"(?:person|{_STAFF}|somebody|someone|anybody|anyone)"
_WHOM = rf"(?:{_ANY})?{_REAL}*{_ANYBODY}"
_PERSON = re.compile(
    r"(?:"
    rf"(?:{_ASKS} )?{_PLEASE}(?:to )?{_PLEASE}(?:speak|talk|chat) (?:to|with) {_WHOM}|"
    rf"{_CAN_YOU}(?:give|get|connect|transfer|put) me (?:on |through )?(?:to |with )?"
    rf"{_WHOM}|"
    rf"(?:{_ASKS} |is there |isn't there )?(?:(?:{_ANY})?{_REAL}+{_ANYBODY}|{_ANY}{_STAFF})|"
    rf"{_ASKS} (?:an?|another) person|"
    rf"(?:is|isn't) there {_WHOM} (?:that )?i (?:can|could) {_PLEASE}(?:speak|talk) (?:to|with)"
    r")"
    r"(?: real| else| instead| there| here| now| in person| human| please)*"
)
_SOMEBODY = re.compile(
    rf"(?:(?:{_ASKS} )?{_PLEASE}(?:to )?{_PLEASE}(?:speak|talk|chat|have a word) (?:to|with)|"
    rf"{_CAN_YOU}(?:connect|transfer|put) me (?:on |over |through )?(?:to|with)) "
    r"(?:(?:one of )?(?:the|your)|an?) \w+(?: \w+)?(?: please| now| there| instead)*"
)
_THROUGH = re.compile(rf"{_CAN_YOU}(?:put me through|transfer me|connect me)(?: please| now| instead)*")
_BEFORE = (*_LEAD, "no", "i'm", "sorry", "ugh", "actually", "look", "listen")
_COMPILED = {command: re.compile(pattern) for command, pattern in _PATTERNS.items()}
CANCEL = "cancel"
BYE = frozenset({"bye", "by", "buy", "goodbye", "night"})
_LONGEST = 12  # words; more is a statement that happens to end in "bye"


def command_of(said: Utterance) -> Command | None:
    """The command that the whole utterance is, if any."""
    if asks_slower(said):
        return Command.REPEAT
    texts = (said.text, said.without(*_LEAD).text)
    for text in dict.fromkeys(text.removesuffix(" please") for text in texts):
        if not text or len(text.split()) > _LONGEST:
            continue
        for command, pattern in _COMPILED.items():
            if pattern.fullmatch(text):
                return command
    return None


def only_cancels(said: Utterance) -> bool:
    """Whether the whole utterance is "cancel", which means what is going on, and an appointment where nothing is."""
    return said.without(*_LEAD).text.removesuffix(" please") == CANCEL


def wants_person(said: Utterance) -> bool:
    """Whether the whole utterance asks for a person, as a dialplan may also have it for a topic: "can I talk to
    somebody"."""
    text = said.without(*_BEFORE).text
    return " " in text and _PERSON.fullmatch(text) is not None


def wants_somebody(said: Utterance) -> bool:
    """Whether the whole utterance asks for somebody by what they are, whom a dialplan may have as a topic: "can I speak
    to the vet"."""
    return _SOMEBODY.fullmatch(said.without(*_BEFORE).text) is not None


def wants_through(said: Utterance) -> bool:
    """Whether the whole utterance asks to be put through, and not to whom: "just put me through". It is a yes where
    that is asked."""
    return _THROUGH.fullmatch(said.without(*_BEFORE).text) is not None


def asks_slower(said: Utterance) -> bool:
    """Whether the whole utterance asks for the same again, more slowly."""
    words = said.without(*_LEAD)
    return _SLOWER.search(words.text) is not None and _BESIDE_SLOWER.issuperset(words.words)


def takes_leave(said: Utterance) -> bool:
    """Whether the whole utterance is a goodbye that ends in the word for it."""
    return command_of(said) is Command.GOODBYE and said.words[-1] in BYE
