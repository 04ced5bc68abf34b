/** Parts that the texts of invented teachers are put together from. `{name}` is the given name, `{subject}` what is taught. */

/** What follows the subject in a headline; each fits every instrument. */
export const HEADLINES: readonly string[] = [
  " for patient beginners and impatient ones",
  ", one clear step at a time",
  " with good habits from the first lesson",
  ": sound first, speed later",
  " for people who want to play with others",
  ", from first notes to the recital stage",
  " with a pencil, a metronome and good humor",
  " for children, teenagers and late starters",
  ": pieces you love, technique you need",
  " by ear and by the page",
  " with room for your own ideas",
  " for students who ask why",
];

/** How a headline may end; `{style}` is one of the teacher's. */
export const LEANINGS: readonly string[] = ["", "", "; at home in {style}"];

export const ORIGINS: readonly string[] = [
  "{name} grew up in {town} and studied {subject} in {city}.",
  "{name} came to music late, at fourteen, and has made up for it ever since.",
  "{name} learned from a neighbor in {town} long before the conservatory in {city}.",
  "{name} trained in {city} and moved to the Hudson Valley in {since}.",
  "{name} was a school teacher in {town} before music took over the week.",
  "{name} played in ensembles around {city} for ten years before teaching became the better half of the week.",
  "{name} began on a borrowed instrument in {town} and still believes in borrowed instruments.",
  "{name} comes from a family of amateurs in {town}, where everybody played something after dinner.",
  "{name} studied in {city} and has taught every age since {since}.",
  "{name} left an office in {city} for a practice room and never looked back.",
];

export const TOWNS: readonly string[] =
  "Duluth|Asheville|Burlington|Santa Fe|Ithaca|Lancaster|Missoula|Galveston|Bangor|Eugene|Savannah|Dayton|Utica".split(
    "|",
  );

export const CITIES: readonly string[] =
  "Boston|Chicago|Philadelphia|Montreal|Cleveland|Baltimore|Rochester|Cincinnati|Houston|Toronto|Seattle".split(
    "|",
  );

/** How the teacher works, by strength. */
export const METHODS: Readonly<Record<string, readonly string[]>> = {
  "young beginners": [
    "The youngest clap, sing and walk a rhythm before they play it.",
    "Small children get short tasks, many songs and a sticker only when it was earned.",
  ],
  reading: [
    "Reading is practiced like a language: a little every week, and out loud.",
    "Every lesson has two minutes of sight-reading, timed by an egg timer.",
  ],
  "playing by ear": [
    "Something is learned by ear in each lesson, if only the bell of the ice cream truck.",
    "Students find tunes by themselves first and see them on paper later.",
  ],
  technique: [
    "Technique comes in small doses that fit the piece at hand.",
    "Tension is found and undone before it becomes a habit.",
  ],
  theory: [
    "Theory appears when a piece needs it and is used the same afternoon.",
    "Chords are taken apart and put together again until they hold no secrets.",
  ],
  improvising: [
    "Improvising begins on three notes and with no wrong ones.",
    "A few minutes of every lesson are made up on the spot, by student and teacher alike.",
  ],
  "ensemble playing": [
    "Duets are played from the first month, so that counting has a purpose.",
    "Twice a term all students meet to play in one large and friendly ensemble.",
  ],
  performing: [
    "Small concerts every six weeks take the fear out of the big one.",
    "Students introduce their piece before they play it, and nerves are part of the plan.",
  ],
  "exam preparation": [
    "Exams are prepared in good time, with a mock jury and real cookies.",
    "Whoever wants an audition gets a plan by the week and an honest opinion.",
  ],
  "adult beginners": [
    "Adults set their own goals and are never made to play nursery songs.",
    "Grown-ups who come back after years are met where they are, not where they were.",
  ],
  "practice habits": [
    "Practice plans are short, written down and made to be kept.",
    "Ten good minutes a day are the rule, and the first lesson finds out where they fit.",
  ],
  songwriting: [
    "Students write a song each term and record it in an afternoon.",
    "A notebook for ideas is part of the equipment from the first day.",
  ],
  "school band": [
    "School band parts are welcome and are usually sorted out in a lesson.",
    "What the band plays on Friday is prepared on Tuesday, slowly.",
  ],
};

export const CLOSINGS: readonly string[] = [
  "Away from the academy {name} repairs old radios and bakes bread.",
  "On weekends {name} plays for weddings, dances and one very old choir.",
  "Parents get a short note after each lesson, and may always ask for more.",
  "There is tea in the thermos and a joke about each composer.",
  "{name} keeps a shelf of music to lend and remembers who has what.",
  "Progress is written down in a green notebook that students keep for life.",
  "{name} sings in the community choir and knows everybody at the market.",
  "Mistakes are welcome, as long as they are new ones.",
  "Students leave with one thing to remember, never with ten.",
  "{name} walks to work along the river, which is where the best ideas come.",
];

/** What a teacher may play and be good at, by the first instrument taught. */
export const LEANINGS_OF: Readonly<
  Record<string, { readonly styles: readonly string[]; readonly strengths: readonly string[] }>
> = {
  piano: {
    styles: ["classical", "jazz", "pop", "film music", "ragtime"],
    strengths: ["young beginners", "reading", "theory", "adult beginners", "practice habits"],
  },
  violin: {
    styles: ["classical", "folk", "chamber music", "fiddle", "klezmer"],
    strengths: ["technique", "young beginners", "ensemble playing", "playing by ear", "performing"],
  },
  guitar: {
    styles: ["rock", "blues", "classical", "folk", "bossa nova"],
    strengths: ["songwriting", "improvising", "reading", "adult beginners", "playing by ear"],
  },
  voice: {
    styles: ["musical theatre", "pop", "art song", "gospel", "jazz"],
    strengths: ["performing", "adult beginners", "technique", "exam preparation", "playing by ear"],
  },
  drums: {
    styles: ["rock", "funk", "jazz", "samba", "soul"],
    strengths: ["young beginners", "ensemble playing", "reading", "practice habits", "improvising"],
  },
  cello: {
    styles: ["classical", "chamber music", "folk", "film music"],
    strengths: ["technique", "ensemble playing", "young beginners", "exam preparation"],
  },
  flute: {
    styles: ["classical", "band", "contemporary", "Irish traditional"],
    strengths: ["school band", "technique", "reading", "ensemble playing"],
  },
  saxophone: {
    styles: ["jazz", "funk", "band", "blues"],
    strengths: ["improvising", "school band", "playing by ear", "performing"],
  },
  trumpet: {
    styles: ["jazz", "brass band", "classical", "soul"],
    strengths: ["school band", "technique", "ensemble playing", "practice habits"],
  },
};

export const SECOND_LANGUAGES: readonly string[] =
  "Spanish French German Italian Mandarin Portuguese Polish Hindi Korean".split(" ");
