package analyze

func englishLexicon(stem stemmer) *lexicon {
	l := newLexicon(stem)
	l.mark(englishStop, stopWord)
	l.mark(englishTime, timeWord)
	l.mark(englishFrame, frameWord)
	l.mark(englishTalk, talkWord)
	l.mark(englishNumber, numberWord)
	l.read(englishForms)
	l.related = l.concepts(englishConcepts)
	return l
}

// englishStop are words that say nothing of what a text is about. Negations
// stand without their clitic: "don't" is cut to "don". In chats people leave
// the apostrophe out, unless that makes another word ("ill", "well", "its").
const englishStop = `
a about above actually after again against all almost along already also although always am an and another
any anyone anything are aren as ask at b be because been before being below between both but by c can cannot
could couldn d did didn do does doesn doing don done during e each either else even ever every everyone
everything f few for from further g gonna gotta h had hadn has hasn have haven having he hello her here hers
herself hey hi him himself his how however i if im in into is isn it its itself j just k l let lets like ll m
many may maybe me might mine more most much must my myself n need never no nor not nothing now o of oh ok
okay on once one ones only or other others our ours ourselves p perhaps q quite r rather re really right s
same shall she should shouldn since so some someone something somewhat still such t than thank thanks that
the their theirs them themselves then there these they this those though through till to too toward towards u
under until upon us v very w wanna was wasn way we were weren what whatever when where whether which while
who whom whose why will with within without won would wouldn wow x y yeah yep yes yet you your yours yourself
yourselves
im ive dont didnt doesnt cant couldnt wouldnt isnt arent wasnt werent havent hasnt hadnt wont shouldnt aint thats whats theres heres
theyre theyve youre youve youll youd weve hes shes itll lol lmao haha hahaha hehe hmm hm uh um uhm mhm huh nah yup yea ya btw omg idk tbh imo
`

// englishTime are words that name a time, besides numbers that look like years.
const englishTime = `
yesterday today tomorrow tonight ago recently lately soon
monday tuesday wednesday thursday friday saturday sunday weekend weekday
january february march april june july august september october november december
day days week weeks month months year years morning afternoon evening night nights hour hours minute minutes decade century
spring summer autumn winter christmas easter thanksgiving halloween birthday anniversary
last next since until
`

// englishFrame are words that say what form an answer has, or little at all. They
// count in items, and less than others in queries.
const englishFrame = `
kind kinds type types sort sorts many much often long favorite favourite favorites favourites name names named example examples
different various several specific particular main certain likely
thing things way ways item items people person reason reasons
feel think like use help start happen say said tell talk make made get got take give find want see come came go going know keep put
`

// englishTalk are words by which a question speaks of the talk itself. They
// stand in questions far more often than in what was said.
const englishTalk = `
mention mentions mentioned mentioning discuss discusses discussed discussing discussion discussions
conversation conversations describe describes described describing according
`

// englishNumber are numbers in words.
const englishNumber = `
two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million dozen
couple several twice
`

// englishForms maps forms that a stemmer cannot bring together to one of them,
// and short forms that people type to the words that they stand for.
const englishForms = `
went go, gone go, bought buy, brought bring, taught teach, thought think, caught catch, sold sell, told tell, took take, taken take, gave give, given give,
came come, saw see, seen see, knew know, known know, grew grow, grown grow, drew draw, drawn draw, flew fly, flown fly, wrote write, written write,
drove drive, driven drive, rode ride, ridden ride, rose rise, risen rise, spoke speak, spoken speak, broke break, broken break, chose choose, chosen choose,
froze freeze, frozen freeze, stole steal, stolen steal, wore wear, worn wear, tore tear, torn tear, swam swim, swum swim, sang sing, sung sing, rang ring,
drank drink, drunk drink, began begin, begun begin, ran run, met meet, left leave, felt feel, kept keep, slept sleep, lost lose, built build, sent send,
spent spend, lent lend, bent bend, found find, held hold, heard hear, stood stand, understood understand, sat sit, ate eat, eaten eat, fell fall, fallen fall,
fed feed, led lead, fought fight, sought seek, dug dig, hung hang, stuck stick, struck strike, swung swing, shot shoot, shook shake, shaken shake, hid hide,
hidden hide, bit bite, bitten bite, slid slide, paid pay, laid lay, forgot forget, forgotten forget, forgave forgive, forgiven forgive, became become,
overcame overcome, woke wake, woken wake, awoke awake, blew blow, blown blow, threw throw, thrown throw, shown show, swept sweep, wept weep, dealt deal, meant mean,
dreamt dream, learnt learn, burnt burn, knelt kneel, leapt leap, beaten beat, hurting hurt, lain lie, lying lie, dying die, tied tie, tying tie, withdrew withdraw,
children child, kid child, kids child, kiddo child, kiddos child, men man, women woman, people person, feet foot, teeth tooth, mice mouse, geese goose,
wives wife, knives knife, wolves wolf, shelves shelf, halves half, loaves loaf, thieves thief, oxen ox, criteria criterion, phenomena phenomenon,
mom mother, mommy mother, mum mother, mummy mother, mama mother, dad father, daddy father, papa father, grandma grandmother, granny grandmother, nana grandmother,
grandpa grandfather, sis sister, bro brother, hubby husband, auntie aunt, pic picture, pics picture, photo picture, photos picture, photograph picture, photographs picture,
bday birthday, fave favorite, fav favorite, favourite favorite, favourites favorite, fridge refrigerator, bike bicycle, bikes bicycle, info information,
vet veterinarian, uni university, veggie vegetable, veggies vegetable, doc doctor, congrats congratulation, tv television, movie film, movies film,
cuz because, tho though, thru through, colour color, colours color, neighbour neighbor, neighbours neighbor, theatre theater, centre center, honour honor, flavour flavor, flavours flavor,
better good, best good, worse bad, worst bad, died die, dead die, death die, deaths die, born birth, marriage marry, married marry, weddings wedding, choice choose, choices choose, growth grow,
flight fly, flights fly, sale sell, sales sell, loss lose, losses lose, advice advise, belief believe, beliefs believe, proof prove, success succeed, decision decide, decisions decide,
bf boyfriend, gf girlfriend, bff friend, ppl person, tmrw tomorrow, tmr tomorrow, tonite tonight, meds medicine, vid video, vids video, mins minute, hrs hour, wk week, wks week, yr year, yrs year,
msg message, msgs message, txt text, doggo dog, doggy dog, kitty cat, choc chocolate, convo conversation, fam family, prof professor, apt apartment, grad graduate, biz business, wifey wife, hubs husband,
grandad grandfather, granddad grandfather, gran grandmother, exams exam, insta instagram, fb facebook, nyc york, xmas christmas, thx thanks, appt appointment, appts appointment, celeb celebrity, celebs celebrity,
tix ticket, pjs pajamas, brekkie breakfast, brekky breakfast, cig cigarette, cigs cigarette, resto restaurant
`
