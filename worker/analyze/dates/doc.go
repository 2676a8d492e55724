// Package dates reads the days, months and ranges that a query names: in
// English, German, French, Spanish, Portuguese, Italian, Dutch, Chinese,
// Japanese and Korean. It works on the words of a query, in lower case, as
// package analyze cuts them, and makes of them ranges of whole days.
//
// # Grammar
//
// All languages have it in common; each says it with words of its own, in an
// order of its own.
//
//	query      = any words and expressions
//	expression = single [to single]           "March to May 2021", "vom 3. bis 5. Mai"
//	           | between single and single    "between Monday and Friday"
//	           | since single | until single  "since May 3", "by March", "avant 2021", "from May 3 onwards", "3月以降"
//	single     = part of date                 "early May", "Ende März", "上个月底", "the last Friday of March"
//	           | neighbour of date            "the day before yesterday", "two weeks after May 3", "the week starting May 3"
//	           | date
//	date       = simple {simple}              "March last year", "Monday, May 3, 2021", "去年の3月"
//	simple     = figures                      "2023-05-17", "17.05.2023", "am 3.5.", "5/17/2023", "on 5/17", "le 17/05", "2021", "2020-2022"
//	           | amount ago                   "two weeks ago", "vor drei Tagen", "3日前", "이틀 전", "two summers ago"
//	           | amount from day              "a week from Friday", "Friday week", "heute in acht Tagen"
//	           | last few                     "the last two weeks", "los últimos días", "最近两周"
//	           | last, this or next           "last summer", "el lunes que viene", "上个月"
//	           | day | month | season | feast "May 3", "el dos de mayo", "im Mai", "in summer", "Q3 2022", "Christmas 2022", "Friday"
//	           | named day                    "yesterday", "heute", "明日"
//
// A type reads a group of languages: english, european by the vocabulary of a
// language, eastern by signs. They stand on one reader, which knows dates in
// figures, and how dates make ranges and narrow each other. A method for each
// thing says in examples what it reads. To add a language of Europe is to write
// its dateWords.
//
// # What is meant
//
// A date without a year is the latest one that has begun; of two dates side by
// side, the year of one is that of both: "March and May 2022". A week begins on
// Monday; "last week" is a calendar week, "the past week", "in the last week" and
// "the last weeks" end today. Some time ago is blurred by a third of its unit, as
// people blur it. "Since" has a century to come, "until" begins with 1970, and so does
// "by": what is to be done by a day is spoken of before it. Of what comes again both end
// with the one that is nearest: on a Wednesday "by Friday" is said of the Friday to come
// rather than of the last, and where it is not, the last has all but a few days. Two such
// side by side are one range: "after May 3 and before June 5". 以降, 以后 and 이후
// have the date that they stand behind, 之后 has not, nor have 以前, 之前 and 이전.
// Seasons are those of the northern hemisphere; a winter is of the year in which
// it begins.
//
// # Limits
//
// A wrong date is worse than none, so what is not wholly understood is better
// left alone: "the end of the meeting", "every Friday", "the next day", "on the
// 3rd floor". Beyond that:
//
//   - Of "5/7/2024" in English, July or May, the year alone is read, which is
//     sure, and of "on 5/7" nothing. The other languages put the day first.
//   - Strokes are no words, nor are colons: two numbers without a year are a day where
//     one is no month, after "on" alone in English: "from 5/17 to 6/18" looks like
//     "from 9:15 to 10:30".
//   - Signs are no words: "May 3 - June 5" are two dates, and "Mar-May 2021" has
//     but the last of its months.
//   - A part of a day is the whole day: "yesterday morning", "heute Abend", "昨晚". Items
//     often bear one time for all that was said at a sitting, or midnight, and an hour
//     too early weighs as much as four too late: who asks for an evening would be given
//     the midnight after it before that day's own. And a few hours make next to no
//     difference in a rank that days do: there is little to gain.
//   - Times of day, numbers of weeks, centuries and movable feasts are not read,
//     nor what lies some time ahead, but from a day that is named: "in two weeks".
//   - Four digits from 1900 to 2099 are a year, unless what is counted or measured
//     follows, "2000 users", "1999 Euro", or what has numbers stands before: "room
//     2012". After a word that leads to a year, "in", "since", and after a
//     month or a season they are a year all the same: "in 2000 users complained".
//   - What has another meaning beside that of a time is one only where a word leads to
//     it or says which: "in summer", "winter 2021", and neither "a summer dress" nor
//     "did June call?".
//   - A day that a month has not is one of the next: "February 30" is March 2,
//     "February 29, 2023" March 1. "February 29" alone is the last there was.
package dates
