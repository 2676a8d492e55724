package analyze

import (
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// A tongue is what is known of a language: its ISO 639-1 code, its stemmer, and
// its function words, which are stop words and by which it is told from others.
// English has more word lists, of its own.
type tongue struct {
	code  string
	stem  func(*snowballstem.Env) bool
	stop  string
	elide bool // a short word may lose its end before a vowel: "l'homme"
}

// tongues are the languages that have a stemmer. English comes first.
func tongues() []tongue {
	return []tongue{
		{code: "en", stem: english.Stem},
		{code: "de", stem: german.Stem, stop: "der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine ich du er sie es wir ihr mich dich ihn uns euch mir dir ihm mein dein sein ist sind war waren bin bist wird werden wurde hat habe haben hatte kann können muss in im an am auf aus bei mit nach von vom zu zum zur für über unter um durch wenn dass weil wie was wer wo wann warum auch noch nur schon so sehr als wie dann da hier man sich ja nein doch mal"},
		{code: "fr", stem: french.Stem, elide: true, stop: "le la les un une des du de et ou mais ne pas plus je tu il elle on nous vous ils elles me te se moi toi lui leur mon ton son ma ta sa mes tes ses notre votre ce cet cette ces est sont était étaient suis es êtes sera a ai as avez ont avait dans sur sous avec pour par sans chez à au aux en y que qui quoi dont où quand comment pourquoi si très bien aussi comme tout tous fait c d j l m n s t qu jusqu'à jusqu'au jusqu'aux jusqu'en jusqu'ici d'ici"},
		{code: "es", stem: spanish.Stem, stop: "el la los las un una unos unas de del y o pero no ni yo tú él ella nosotros ellos ellas me te se lo le les nos mi tu su mis tus sus es son era eran soy eres fue está están estoy he ha han había en a al con por para sin sobre entre hasta desde que qué quien quién cuando cuándo donde dónde como cómo porque si sí más muy también ya este esta esto ese esa eso hay"},
		{code: "it", stem: italian.Stem, elide: true, stop: "il lo la i gli le un uno una di del della dei delle da dal dalla in nel nella a al alla con su sul sulla per tra fra e o ma non io tu lui lei noi voi loro mi ti si ci vi mio tuo suo mia tua sua è sono era erano sei siamo ho hai ha abbiamo hanno che chi cosa quando dove come perché se anche più molto già questo questa quello quella l d c un dell all nell sull"},
		{code: "pt", stem: portuguese.Stem, stop: "o a os as um uma uns umas de do da dos das e ou mas não nem eu tu ele ela nós eles elas você vocês me te se lhe meu minha seu sua é são era eram sou foi está estão estou tem tenho têm em no na nos nas ao à com por para sem sobre entre até que quem quando onde como porque se mais muito também já este esta isto esse essa isso há"}, //nolint:misspell // Portuguese
		{code: "nl", stem: dutch.Stem, stop: "de het een en of maar niet geen ik jij je hij zij ze wij we jullie hem haar ons mij me mijn jouw zijn is was waren ben bent wordt worden heb hebt heeft had kan kunnen moet in op aan bij met naar van uit voor over onder door om te tot als dat die dit deze wie wat waar wanneer waarom hoe ook nog maar al zo zeer dan er hier men zich ja nee toch"},
		{code: "sv", stem: swedish.Stem, stop: "en ett den det de och eller men inte ingen jag du han hon vi ni mig dig honom henne oss er min din sin är var varit blir blev har hade kan ska skulle måste i på av för med till från om under över vid som att när där här hur vad vem varför också bara så mycket än då man sig ja nej ju"},
		{code: "da", stem: danish.Stem, stop: "en et den det de og eller men ikke ingen jeg du han hun vi mig dig ham hende os min din sin er var været bliver blev har havde kan skal skulle må i på af for med til fra om under over ved som at når der hvor hvad hvem hvorfor også kun så meget end da man sig ja nej jo"},
		{code: "no", stem: norwegian.Stem, stop: "en et ei den det de og eller men ikke ingen jeg du han hun vi meg deg ham henne oss min din sin er var vært blir ble har hadde kan skal skulle må i på av for med til fra om under over ved som at når der hvor hva hvem hvorfor også bare så mye enn da man seg ja nei jo"},
		{code: "fi", stem: finnish.Stem, stop: "ja tai mutta ei en et emme ette eivät minä sinä hän me te he minun sinun hänen se ne tämä nämä tuo on ovat oli olivat olen olet olla ole voi pitää kun jos että koska kuka mikä mitä missä milloin miksi miten myös vain niin kuin hyvin jo vielä nyt sitten kanssa"},
		{code: "tr", stem: turkish.Stem, stop: "ve veya ama fakat değil ben sen o biz siz onlar bana sana ona bizi bu şu bir için ile gibi kadar daha en çok mi mı mu mü var yok ne kim nerede nasıl niçin neden zaman da de ki her şey ise olan olarak"},
		{code: "hu", stem: hungarian.Stem, stop: "a az egy és vagy de nem én te ő mi ti ők van vannak volt voltak vagyok lesz hogy ha mert ki mi hol mikor miért hogyan is csak már még nagyon ez ezt azt meg el fel le be"},
		{code: "ro", stem: romanian.Stem, stop: "un o și sau dar nu eu tu el ea noi voi ei ele mă te se îl îi este sunt era erau sînt am ai are au în pe la cu de din pentru fără că cine ce când unde cum dacă și mai foarte acest această care"},
		{code: "ga", stem: irish.Stem, stop: "an na agus nó ach ní mé tú sé sí muid sibh siad is bhí tá ag ar as do faoi le ó roimh trí cad cé cén nuair conas"},
		{code: "ru", stem: russian.Stem, stop: "и или но а не ни я ты он она оно мы вы они меня тебя его её ее нас вас их мне тебе ему ей нам вам им мой твой свой наш ваш это этот эта эти тот та те был была было были есть быть в во на с со к ко по о об от до из у за над под при для без через между что кто где когда как почему если чтобы так же уже ещё еще очень только тоже бы ли да нет вот"},
		{code: "ar", stem: arabic.Stem, stop: "في من إلى على عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم أنا أنت نحن كان كانت لا ما لم لن إن أن أو ثم قد كل بعد قبل بين عند حتى إذا كيف متى أين لماذا"},
		{code: "ta", stem: tamil.Stem, stop: "ஒரு இது அது என்று மற்றும் நான் நீ அவன் அவள் நாம் அவர்கள் இந்த அந்த என்ன எப்போது எங்கே ஏன் எப்படி"},
	}
}
