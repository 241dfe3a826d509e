#include "analyze/language/speech.h"

#include "analyze/language/sentence.h"
#include "analyze/language/words.h"

#include <string.h>

#define QUOTE_MAX_BYTES    6000
#define LETTER_MIN_BYTES   60
#define PASTE_MIN_BYTES    160
#define PASTE_LEAST_BYTES  8
#define TRAILING_MIN_BYTES 80

struct masker {
    struct arena *arena;
    const struct lexicon *lexicon;
    char *text;
    size_t length;
    struct speech_state *state;
    struct speech *result;
    int32_t failed;
};

static void mask(struct masker *masker, size_t start, size_t end)
{
    for (size_t i = start; i < end && i < masker->length; i++) {
        if (masker->text[i] != '\n') {
            masker->text[i] = MASK_BYTE;
        }
    }
}

static int32_t starts(const char *text, size_t length, const char *prefix)
{
    size_t prefix_length = strlen(prefix);

    return length >= prefix_length && memcmp(text, prefix, prefix_length) == 0;
}

static size_t line_end(const struct masker *masker, size_t at)
{
    const char *end = at < masker->length ? memchr(masker->text + at, '\n', masker->length - at) : NULL;

    return end == NULL ? masker->length : (size_t)(end - masker->text);
}

/* 1 for lines of programs, logs, tables and mail headers. */
static int32_t is_machine_line(const char *line, size_t length)
{
    static const char *const heads[] = {
        "import ", "from ",   "def ",    "class ",  "#include",  "function ", "const ",   "var ",    "let ",
        "SELECT ", "INSERT ", "UPDATE ", "CREATE ", "Traceback", "File \"",   "return ",  "public ", "private ",
        "$ ",      "npm ",    "pip ",    "sudo ",   "git ",      "<?",        "package ", "using ",  "#!/",
    };
    size_t symbols = 0;
    size_t digits = 0;

    for (size_t i = 0; i < length; i++) {
        symbols += memchr("{}();=<>[]$\\|&*", line[i], 15) != NULL;
        digits += line[i] >= '0' && line[i] <= '9';
    }
    if (length > 8 && symbols * 100 > length * 14) {
        return 1;
    }
    if (length > 18 && digits >= 8 &&
        (line[4] == '-' || line[0] == '[' || line[2] == ':')) { /* starts with a time stamp */
        return 1;
    }
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (starts(line, length, heads[i]) && (symbols > 0 || i == 4 || i == 13)) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_mail_header(const char *line, size_t length)
{
    static const char *const heads[] = {
        "From: ", "Subject: ", "To: ", "Sent: ", "Date: ", "Cc: ", "Betreff: ", "Von: "};

    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (starts(line, length, heads[i])) {
            return 1;
        }
    }
    return 0;
}

/* Masks fenced code, quoted lines and machine lines; a mail header masks everything after it. */
static void mask_lines(struct masker *masker)
{
    int32_t fenced = 0;
    size_t at = 0;

    while (at < masker->length) {
        size_t end = line_end(masker, at);
        size_t first = at;

        while (first < end && (masker->text[first] == ' ' || masker->text[first] == '\t')) {
            first++;
        }
        if (starts(masker->text + first, end - first, "```") || starts(masker->text + first, end - first, "~~~")) {
            fenced = !fenced;
            mask(masker, at, end);
        } else if (fenced || (first < end && masker->text[first] == '>') || first - at >= 8 ||
                   is_machine_line(masker->text + first, end - first)) {
            mask(masker, at, end);
        } else if (is_mail_header(masker->text + first, end - first)) {
            mask(masker, at, masker->length);
            return;
        }
        at = end + 1;
    }
}

/* 1 if a quoted span is a statement: four or more words, or the first person. Shorter ones are names. */
static int32_t is_speech(const char *span, size_t length)
{
    size_t words = 0;

    for (size_t i = 0; i < length; i++) {
        int32_t start = span[i] != ' ' && (i == 0 || span[i - 1] == ' ');

        words += (size_t)start;
        if (start && span[i] == 'I' && (i + 1 == length || span[i + 1] == ' ' || span[i + 1] == '\'')) {
            return 1;
        }
    }
    return words >= 4;
}

struct quote_pair {
    const char *open;
    const char *close;
};

static const struct quote_pair quote_pairs[] = {
    {"\"", "\""},
    {"\xE2\x80\x9C", "\xE2\x80\x9D"}, /* “ ” */
    {"\xE2\x80\x9E", "\xE2\x80\x9C"}, /* „ “ */
    {"\xC2\xAB", "\xC2\xBB"},         /* « » */
    {"\xE3\x80\x8C", "\xE3\x80\x8D"}, /* 「 」 */
    {"`", "`"},
    {"'", "'"},
    {"\xE2\x80\x98", "\xE2\x80\x99"}, /* ‘ ’ */
};

static int32_t is_word_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
           (unsigned char)byte >= 0x80;
}

/* End of the quote that opens at `at`, after its closing mark; 0 if it is not closed in its paragraph: then *barren is
 * the end of the searched text. */
static size_t quote_end(const struct masker *masker, size_t at, const struct quote_pair *pair, size_t *barren)
{
    size_t open_length = strlen(pair->open);
    size_t close_length = strlen(pair->close);
    size_t limit = masker->length - at > QUOTE_MAX_BYTES ? at + QUOTE_MAX_BYTES : masker->length;
    int32_t apostrophe = pair->close[0] == '\'' || strcmp(pair->close, "\xE2\x80\x99") == 0;

    for (size_t i = at + open_length; i + close_length <= limit; i++) {
        if (masker->text[i] == '\n' && i + 1 < limit && masker->text[i + 1] == '\n') {
            *barren = i;
            return 0;
        }
        if (memcmp(masker->text + i, pair->close, close_length) == 0 &&
            !(apostrophe && i + close_length < masker->length && is_word_byte(masker->text[i + close_length]))) {
            return i + close_length;
        }
    }
    *barren = limit;
    return 0;
}

/* Masks quoted statements. Linear: text without a closing mark of a kind is not searched for it again. */
static void mask_quotes(struct masker *masker)
{
    size_t barren[sizeof quote_pairs / sizeof quote_pairs[0]] = {0};
    size_t at = 0;

    while (at < masker->length) {
        size_t next = at + 1;

        for (size_t i = 0; i < sizeof quote_pairs / sizeof quote_pairs[0]; i++) {
            const struct quote_pair *pair = &quote_pairs[i];
            size_t open_length = strlen(pair->open);
            size_t end;

            if (at < barren[i] || !starts(masker->text + at, masker->length - at, pair->open) ||
                (open_length == 1 && at > 0 && is_word_byte(masker->text[at - 1]))) {
                continue;
            }
            end = quote_end(masker, at, pair, &barren[i]);
            if (end == 0) {
                continue;
            }
            if (is_speech(masker->text + at + open_length, end - at - open_length)) {
                mask(masker, at, end);
            }
            next = end;
            break;
        }
        at = next;
    }
}

static size_t find_text(const struct masker *masker, const char *wanted, size_t from)
{
    size_t wanted_length = strlen(wanted);

    for (size_t i = from; i + wanted_length <= masker->length; i++) {
        size_t same = 0;

        while (same < wanted_length && (masker->text[i + same] | 0x20) == (wanted[same] | 0x20)) {
            same++;
        }
        if (same == wanted_length) {
            return i;
        }
    }
    return masker->length;
}

/* Masks job advertisements, which use "we" and "you"; two typical phrases identify one. */
static void mask_advertisement(struct masker *masker)
{
    static const char *const cues[] = {
        "we are looking for", "we're looking for", "we are hiring",   "we're hiring",       "is hiring",
        "responsibilities",   "requirements",      "qualifications",  "about the role",     "ideal candidate",
        "join our team",      "we offer",          "competitive sal", "apply now",          "what you'll do",
        "you will be respon", "we are seeking",    "is seeking",      "must have at least", "the successful cand",
        "nice to have",       "what we offer",     "your profile",    "is looking for a",
    };
    size_t first = masker->length;
    size_t last = 0;
    size_t found = 0;

    for (size_t i = 0; i < sizeof cues / sizeof cues[0]; i++) {
        size_t at = find_text(masker, cues[i], 0);

        if (at < masker->length) {
            found++;
            first = at < first ? at : first;
            last = at > last ? at : last;
        }
    }
    if (found < 2) {
        return;
    }
    while (first > 0 && !(masker->text[first - 1] == '\n' || masker->text[first - 1] == ':')) {
        first--;
    }
    last = find_text(masker, "\n\n", last);
    mask(masker, first, last);
}

#define LABEL_MAX_BYTES 24

/* Length of a speaker's label at the start of a line, "Anna: ", "Interviewer: ", "B: "; 0 if there is none. */
static size_t label_length(const char *line, size_t length)
{
    size_t at = 0;
    size_t spaces = 0;

    if (length == 0 || line[0] < 'A' || line[0] > 'Z') {
        return 0;
    }
    while (at < length && at < LABEL_MAX_BYTES && (is_word_byte(line[at]) || line[at] == ' ')) {
        spaces += line[at] == ' ';
        at++;
    }
    return spaces <= 1 && at + 1 < length && line[at] == ':' && line[at + 1] == ' ' ? at : 0;
}

/* Masks transcripts: all labelled lines, if a speaker's label recurs. */
static void mask_dialogue(struct masker *masker)
{
    const char *label = NULL;
    size_t label_bytes = 0;
    size_t labelled = 0;
    int32_t repeated = 0;

    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t at = 0; at < masker->length; at = line_end(masker, at) + 1) {
            size_t end = line_end(masker, at);
            size_t length = label_length(masker->text + at, end - at);

            if (length == 0) {
                continue;
            }
            if (pass == 1) {
                mask(masker, at, end);
            } else if (label == NULL) {
                label = masker->text + at;
                label_bytes = length;
            } else {
                repeated |= length == label_bytes && memcmp(label, masker->text + at, length) == 0;
            }
            labelled++;
        }
        if (!repeated || labelled < 3) {
            return;
        }
    }
}

/* End of a pasted text that starts at `at`: the end of the message, except for a last paragraph that addresses the
 * assistant again. */
static size_t paste_end(const struct masker *masker, size_t at)
{
    static const char *const turns[] = {"also",   "btw",    "by the way",   "thanks",     "thank you",   "note:",
                                        "ps",     "p.s",    "for context",  "context:",   "fyi",         "anyway",
                                        "cheers", "oh and", "keep in mind", "background", "some context"};
    size_t last = masker->length;

    for (size_t i = masker->length; i > at + 2; i--) {
        if (masker->text[i - 1] == '\n' && masker->text[i - 2] == '\n') {
            last = i;
            break;
        }
    }
    for (size_t i = 0; i < sizeof turns / sizeof turns[0] && last < masker->length; i++) {
        size_t turn_length = strlen(turns[i]);
        size_t same = 0;

        while (same < turn_length && last + same < masker->length &&
               (masker->text[last + same] | 0x20) == (turns[i][same] | 0x20)) {
            same++;
        }
        if (same == turn_length) {
            return last;
        }
    }
    return masker->length;
}

static int32_t any_class(const struct word *words, size_t start, size_t end, uint64_t classes)
{
    for (size_t i = start; i < end; i++) {
        if ((words[i].classes & classes) != 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t any_word(const struct word *words, size_t start, size_t end, const char *keys)
{
    for (size_t i = start; i < end; i++) {
        if (word_in(&words[i], keys)) {
            return 1;
        }
    }
    return 0;
}

/* 1 if a verb is used as a request: near the start of the sentence, or after "you", "to" or "please". */
static int32_t has_request_verb(const struct word *words, size_t start, size_t end, uint64_t classes)
{
    for (size_t i = start; i < end; i++) {
        if ((words[i].classes & classes) == 0) {
            continue;
        }
        if (i == 0 || words[i].gap != 0 ||
            word_in(&words[i - 1], "please you to and me help a can just now could quick pls then is or of you're")) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_text_noun(const struct word *word)
{
    return (word->classes & LEX_CONTENT) != 0 ||
           word_in(word, "answer response survey entry line postcard verse riddle sign plaque");
}

/* 1 if the word refers to a text in the message; not in "following up", "here goes" and "here in Porto". */
static int32_t points(const struct word *words, size_t i, size_t end)
{
    const struct word *next = i + 1 < end ? &words[i + 1] : NULL;

    if (word_is(&words[i], "following")) {
        return (i > 0 && word_in(&words[i - 1], "the this these my is are")) || (next != NULL && is_text_noun(next));
    }
    if (word_is(&words[i], "here")) {
        return next == NULL || word_in(next, "is 's are");
    }
    return word_in(&words[i], "this these below above here's");
}

static int32_t any_pointing(const struct word *words, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++) {
        if (points(words, i, end)) {
            return 1;
        }
    }
    return 0;
}

/* 1 if a text is mentioned as the object of the request: "I got this email", "another review", "the letter says", "a
 * message from"; not for incidental mentions. */
static int32_t names_text(const struct word *words, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++) {
        size_t before = i;

        if ((words[i].classes & LEX_CONTENT) == 0) {
            continue;
        }
        if (i + 1 < end && (words[i + 1].gap & GAP_BREAK) == 0 &&
            word_in(&words[i + 1], "from below reads says i here following pasted") &&
            !(i > start && word_in(&words[i - 1], "one our yesterday's last earlier previous"))) {
            return 1;
        }
        while (before > start && i - before < 4 && (words[before].gap & GAP_BREAK) == 0) {
            before--;
            if (word_in(&words[before], "received got sent wrote found saw pasted paste this these following original "
                                        "another here's")) {
                return 1;
            }
        }
    }
    return 0;
}

/* Requests for a translation: "How do you say this in Dutch?", "into french", "Italian please". */
static int32_t asks_language(const struct word *words, size_t start, size_t end, int32_t pointing)
{
    int32_t tongue = 0;
    int32_t others = 0;

    for (size_t i = start; i < end; i++) {
        int32_t language = (words[i].classes & LEX_LANGUAGE) != 0;

        tongue |= language && (i == start || word_in(&words[i - 1], "into to in for plain simple"));
        others += !language &&
                  !word_in(&words[i], "please pls in into to version translation now and same thing the a plain simple "
                                      "again");
    }
    if (!tongue || any_word(words, start, end, "learn learning speak study answer reply respond")) {
        return 0;
    }
    if (others == 0) {
        return 1;
    }
    if (any_word(words, start, end, "i my")) {
        return pointing && any_word(words, start, end, "say put phrase write") &&
               any_class(words, start, start + 1, LEX_INTERROGATIVE);
    }
    return pointing || end - start <= 5 || any_word(words, start, end, "say put how's what's italian word phrase");
}

/* 1 if the introduction precedes a text that is not the user's own. */
static int32_t hands_over(const struct word *words, size_t start, size_t end)
{
    int32_t content = any_class(words, start, end, LEX_CONTENT);
    int32_t pointing = any_pointing(words, start, end) || any_word(words, start, end, "it that");

    if (asks_language(words, start, end, pointing)) {
        return 1;
    }
    if (has_request_verb(words, start, end, LEX_IMPERATIVE | LEX_RETOUCH | LEX_VERB) &&
        !any_word(words, start, end, "i my our me us help") && any_pointing(words, start, end)) {
        return 1;
    }
    if (has_request_verb(words, start, end, LEX_REWRITE) && !any_word(words, start, end, "i 'm")) {
        return 1;
    }
    if (any_class(words, start, end, LEX_REWRITE) && (content || pointing)) {
        return 1;
    }
    if (has_request_verb(words, start, end, LEX_RETOUCH) && (content || pointing)) {
        return 1;
    }
    if (content && end > start + 1 && word_in(&words[start], "here this") && word_in(&words[start + 1], "is 's are")) {
        return 1;
    }
    return content && names_text(words, start, end);
}

/* Introductions of texts of others or examples: "he starts: ...", "she has: ...", "Finish the sentence: ...", "Which is
 * correct: ...", "Copied from a card: ...". */
static int32_t introduces(const struct word *words, size_t start, size_t end)
{
    const struct word *first = &words[start];
    const struct word *last = &words[end - 1];

    if (word_in(last, "starts begins has had goes opens continues wrote writes put") && end > start + 1 &&
        (word_in(&words[end - 2], "he she they who it") ||
         (words[end - 2].classes & (LEX_FAMILY | LEX_RELATIVE | LEX_ACQUAINTANCE)) != 0)) {
        return 1;
    }
    if (any_word(words, start, end, "i my me we our us")) {
        return word_in(first, "typed transcribed copied quoted") && end > start + 1 &&
               word_is(&words[start + 1], "from");
    }
    if (word_in(first, "typed transcribed copied quoted finish complete continue end") && end > start + 1 &&
        (word_is(&words[start + 1], "from") || any_class(words, start, end, LEX_CONTENT))) {
        return 1;
    }
    return (word_in(first, "which what what's is are") || any_word(words, start, end, "which")) &&
           any_word(words, start, end, "correct grammatical grammatically natural better idiomatic difference");
}

/* 1 if the words before a colon introduce words of others or a text. */
static int32_t announces(const struct word *words, size_t start, size_t end)
{
    int32_t own = any_word(words, start, end, "me myself situation background about context profile bio");

    if (start < end &&
        ((word_is(&words[start], "following") && !points(words, start, end)) ||
         (start + 1 < end && word_in(&words[start], "answer reply respond") && word_is(&words[start + 1], "in")))) {
        return 0; /* start of a message, or a wish for the answer */
    }
    if (start < end && (hands_over(words, start, end) || introduces(words, start, end))) {
        return 1;
    }
    if (any_class(words, start, end, LEX_ACQUAINTANCE | LEX_FAMILY | LEX_RELATIVE) &&
        any_class(words, start, end, LEX_TELL | LEX_CONTENT)) {
        return 1;
    }
    if (end > start && (words[end - 1].classes & LEX_TELL) != 0 &&
        !any_word(words, start, end, "i let future all every chats")) {
        return 1;
    }
    if (end > start + 1 && (words[start].classes & LEX_IMPERATIVE) != 0 &&
        word_in(&words[end - 1], "for of from about on") && !any_word(words, start, end, "i 'm my")) {
        return 1; /* "Give me three headlines for: ..." */
    }
    if (any_class(words, start, end, LEX_REWRITE) && !any_word(words, start, end, "i 'm my")) {
        return 1;
    }
    if (end > start && (words[start].classes & (LEX_REWRITE | LEX_RETOUCH)) != 0 && words[start].form == FORM_BASE &&
        !any_word(words, start, end, "i me my we us our")) {
        return 1; /* "Classify the sentiment: ..." */
    }
    return end - start <= 5 && !own &&
           (any_class(words, start, end, LEX_CONTENT | LEX_FICTION | LEX_PERSONA) ||
            any_word(words, start, end, "riddle joke quiz puzzle"));
}

static size_t sentence_start_of_paragraph(const struct masker *masker, size_t at)
{
    while (at > 1 && !(masker->text[at - 1] == '\n' && masker->text[at - 2] == '\n')) {
        at--;
    }
    return at <= 1 ? 0 : at;
}

static size_t first_word_after(const struct word *words, size_t count, uint32_t gap)
{
    for (size_t i = 1; i < count; i++) {
        if ((words[i].gap & gap) != 0) {
            return i;
        }
    }
    return count;
}

static int32_t any_text_noun(const struct word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_text_noun(&words[i])) {
            return 1;
        }
    }
    return 0;
}

/* Introduces the words of another person: "My boss wrote this on Slack, what does he mean?". */
static int32_t cites(const struct sentence *sentence, const struct word *words, size_t count)
{
    for (size_t i = 1; i < count && (sentence->question || sentence->line_end); i++) {
        if (word_is(&words[i], "this") &&
            ((words[i - 1].classes & LEX_TELL) != 0 || word_in(&words[i - 1], "sent posted me us")) &&
            any_class(words, 0, i, LEX_ACQUAINTANCE | LEX_FAMILY | LEX_RELATIVE) &&
            any_class(words, 0, i, LEX_TELL | LEX_VERB) && !any_word(words, 0, i, "i we")) {
            return 1;
        }
    }
    return 0;
}

/* Example sentences and hypotheses: "I work as a cook or I work like a cook?", "the difference between I worked and I
 * have worked", "What if I lost my job". */
static int32_t is_example(const struct word *words, size_t count)
{
    for (size_t i = 1; i + 1 < count; i++) {
        if (!word_in(&words[i + 1], "i we")) {
            continue;
        }
        if ((word_is(&words[i], "between") && word_is(&words[i - 1], "difference")) ||
            (word_is(&words[i], "if") && word_is(&words[i - 1], "what"))) {
            return 1;
        }
        for (size_t k = 0; k + 1 < i && i + 2 < count && word_in(&words[i], "or vs versus"); k++) {
            if (word_is(&words[k], words[i + 1].key) && word_is(&words[k + 1], words[i + 2].key) &&
                (words[k + 1].classes & (LEX_MODAL | LEX_BE)) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* Masks the text before an arrow: "I hate mondays <- how do you say that in Dutch?". */
static void mask_before_arrow(struct masker *masker, const struct sentence *sentence, const struct word *words,
                              size_t count)
{
    static const char *const arrows[] = {"<-", "\xE2\x86\x90", "^^"};

    for (size_t i = 0; i < sizeof arrows / sizeof arrows[0]; i++) {
        size_t at = find_text(masker, arrows[i], sentence->start);

        if (at < sentence->end && (sentence->question || any_class(words, 0, count, LEX_REWRITE | LEX_LANGUAGE))) {
            mask(masker, sentence_start_of_paragraph(masker, sentence->start), at);
        }
    }
}

/* Masks pasted texts: "Rewrite this: ...", "here's the email I got:\n...", "...\n\nMake this sound friendlier.".
 * Returns 1 if the rest of the message is done. */
static int32_t mask_handed_over(struct masker *masker, const struct sentence *sentence, const struct word *words,
                                size_t count)
{
    size_t colon = first_word_after(words, count, GAP_COLON);
    size_t rest = sentence->end;
    size_t paragraph;

    if (colon < count && announces(words, 0, colon)) {
        size_t tail = words[colon].offset;

        if ((words[colon].gap & GAP_MASK) ==
            0) { /* a quoted text is masked separately; the text after it is the user's */
            mask(masker, tail, paste_end(masker, tail));
            return 1;
        }
        return 0;
    }
    if ((sentence->colon && announces(words, 0, count)) || cites(sentence, words, count)) {
        mask(masker, rest, paste_end(masker, rest));
        return 1;
    }
    if (!hands_over(words, 0, count) || any_class(words, 0, count, LEX_FICTION)) {
        return 0;
    }
    if (!sentence->line_end && any_pointing(words, 0, count) &&
        any_text_noun(words, count)) { /* the text follows on this line or the next */
        size_t line = line_end(masker, rest);

        rest = line + PASTE_LEAST_BYTES < masker->length ? line : rest;
        mask(masker, rest, paste_end(masker, rest));
        return 1;
    }
    if (masker->length - rest >
            (any_class(words, 0, count, LEX_REWRITE | LEX_LANGUAGE) ? PASTE_LEAST_BYTES : LETTER_MIN_BYTES) &&
        sentence->line_end) {
        mask(masker, rest, paste_end(masker, rest));
        return 1;
    }
    paragraph = sentence_start_of_paragraph(masker, sentence->start);
    if (paragraph == sentence->start && paragraph > TRAILING_MIN_BYTES && masker->length - rest < LETTER_MIN_BYTES &&
        any_word(words, 0, count, "this it that above")) {
        mask(masker, 0, paragraph);
        return 1;
    }
    if (paragraph == 0 && masker->length < 240 && masker->length - rest < LETTER_MIN_BYTES &&
        any_class(words, 0, count, LEX_CONTENT)) {
        masker->state->pasting = 1;
    }
    return 0;
}

/* 1 for the start of a letter, "Dear Ms Okafor," or "Hi Tom,\n", unless it addresses the assistant. */
static int32_t begins_letter(const struct masker *masker, const struct sentence *sentence, const struct word *words,
                             size_t count)
{
    if (count < 2 || (words[0].classes & LEX_GREETING) == 0 || masker->length - sentence->start < LETTER_MIN_BYTES) {
        return 0;
    }
    if (word_in(&words[1], "chatgpt gpt claude gemini copilot bing ai bot assistant there all everyone again chat "
                           "i folks guys gpt-4 can could please so quick")) {
        return 0;
    }
    if (word_is(&words[0], "dear")) {
        return (words[1].flags & WORD_CAPITAL) != 0 || word_in(&words[1], "sir madam team hiring");
    }
    return (words[1].flags & WORD_CAPITAL) != 0 && count <= 4 && sentence->line_end;
}

/* 1: the assistant gets a role; 2: a role play or an imagined situation starts; 3: a temporary hypothesis; 0: none. */
static int32_t persona_kind(const struct word *words, size_t count)
{
    size_t limit = count < 14 ? count : 14;

    for (size_t i = 0; i < limit; i++) {
        int32_t asked = i == 0 || words[i].gap != 0 ||
                        word_in(&words[i - 1], "please let's to you we now ok can and lets us 's just could then so");
        int32_t own = i > 0 && word_in(&words[i - 1], "i i'd can't never n't");

        if (own || !asked) {
            continue;
        }
        if (i < 2 && i + 2 < count && word_is(&words[i], "in") && word_in(&words[i + 1], "this the a my our") &&
            ((words[i + 2].classes & LEX_FICTION) != 0 ||
             word_in(&words[i + 2],
                     "game dream universe world simulation exercise example scenario movie film sketch")) &&
            any_word(words, i + 3, count, "i you")) {
            return 2;
        }
        if (word_in(&words[i], "roleplay role-play role-playing roleplaying pretend impersonate")) {
            return 2;
        }
        if (word_is(&words[i], "play") && i + 1 < count && word_in(&words[i + 1], "a the pretend out make-believe") &&
            any_word(words, i, count, "role game character part scene scenario pretend")) {
            return 2;
        }
        if (word_in(&words[i], "act behave respond answer speak talk reply") && i + 1 < count &&
            word_in(&words[i + 1], "as like") && !any_class(words, i + 2, i + 3 < count ? i + 3 : count, LEX_NUMBER)) {
            return 1;
        }
        if (word_in(&words[i], "imagine suppose supposing hypothetically assume assuming say picture") &&
            !(word_is(&words[i], "say") && !(i > 0 && word_in(&words[i - 1], "let's 's lets us")))) {
            return 3;
        }
        if (i < 3 && word_in(&words[i], "you") && i + 2 < count && word_in(&words[i + 1], "are 're") &&
            (word_in(&words[i + 2], "a an now the my") || (words[i + 2].flags & WORD_CAPITAL) != 0) &&
            !any_word(words, 0, i, "if when think")) {
            return 1;
        }
    }
    if (any_word(words, 0, count, "role-play roleplay in-character role-playing rpg")) {
        return 2;
    }
    return 0;
}

/* "I'm the customer, you're the waiter": roles for both in a role play. */
static int32_t casts_both(const struct word *words, size_t count)
{
    int32_t own = 0;
    int32_t other = 0;

    for (size_t i = 0; i + 2 < count; i++) {
        if (word_in(&words[i + 1], "'m am 'll 're are will play") && (words[i + 2].classes & LEX_NEGATION) == 0) {
            int32_t role = word_in(&words[i + 2], "a an the my your be") || (words[i + 2].flags & WORD_CAPITAL) != 0;

            own |= word_is(&words[i], "i") && role;
            other |= word_is(&words[i], "you") && role;
        }
    }
    return own && other;
}

/* User stories are requirements, not wishes: "As a customer, I want ... so that ...". */
static int32_t is_user_story(const struct word *words, size_t count)
{
    for (size_t i = 1; i + 1 < count; i++) {
        if (word_is(&words[i], "so") && word_in(&words[i + 1], "that i")) {
            return 1;
        }
    }
    return 0;
}

static int32_t asks_for_fiction(const struct word *words, size_t count)
{
    size_t limit = count < 8 ? count : 8;
    size_t verb = 0;

    while (verb < limit &&
           !word_in(&words[verb], "write compose create generate tell continue draft make finish invent give")) {
        verb++;
    }
    if (!any_class(words, 0, count, LEX_FICTION) && !any_word(words, 0, count, "diary journal first-person")) {
        return 0;
    }
    if (any_word(words, 0, verb < limit ? verb : limit, "i we my our") && !any_word(words, 0, limit, "you")) {
        return any_word(words, 0, count, "d&d dnd rpg campaign character") &&
               any_word(words, 0, count, "character d&d");
    }
    return verb < limit;
}

static size_t paragraph_end(const struct masker *masker, size_t at)
{
    return find_text(masker, "\n\n", at);
}

/* Masks one sentence; returns 1 if the rest of the message is done. */
static int32_t mask_sentence(struct masker *masker, const struct sentence *sentence, const struct word *words,
                             size_t count)
{
    int32_t persona;

    if (begins_letter(masker, sentence, words, count)) {
        mask(masker, sentence->start, paste_end(masker, sentence->start));
        return 1;
    }
    persona = casts_both(words, count) ? 2 : persona_kind(words, count);
    if (persona == 1) {
        masker->result->persona = 1;
        mask(masker, sentence->start, sentence->end);
        return 0;
    }
    if (persona == 2) {
        masker->state->persona = 1;
        mask(masker, sentence->start, masker->length);
        return 1;
    }
    if (persona == 3) {
        mask(masker, sentence->start, paragraph_end(masker, sentence->start));
        return 0;
    }
    if (count > 4 && word_is(&words[0], "as") && any_word(words, 1, count, "want") && is_user_story(words, count)) {
        mask(masker, sentence->start, sentence->end);
        return 0;
    }
    if (is_example(words, count)) {
        mask(masker, sentence->start, sentence->end);
        return 0;
    }
    mask_before_arrow(masker, sentence, words, count);
    if (asks_for_fiction(words, count)) {
        mask(masker, sentence->start, paste_end(masker, sentence->start));
        return 1;
    }
    return mask_handed_over(masker, sentence, words, count);
}

/* 1 if the message contains phrases that occur only in role play. */
static int32_t is_play(const struct masker *masker)
{
    static const char *const cues[] = {"in character",
                                       "my character is",
                                       "my character, ",
                                       "playing a game:",
                                       "play a game:",
                                       "mock interview",
                                       "let's practise",
                                       "let's practice",
                                       "let's simulate",
                                       "let's rehearse",
                                       "role-play",
                                       "role play",
                                       "roleplay",
                                       "improv scene",
                                       "let's pretend",
                                       "your character",
                                       "i'll play a",
                                       "i will play a",
                                       "i'll be playing",
                                       "for this exercise, i",
                                       "in this scenario, i",
                                       "for this scenario, i",
                                       "in this scene",
                                       "in this game, i",
                                       "for this scene",
                                       "play the part of",
                                       "play the role of",
                                       "take on the role"};

    for (size_t i = 0; i < sizeof cues / sizeof cues[0]; i++) {
        if (find_text(masker, cues[i], 0) < masker->length) {
            return 1;
        }
    }
    return 0;
}

static int32_t leaves_persona(const struct masker *masker)
{
    static const char *const exits[] = {"out of character", "end of role",    "stop the role", "end role",
                                        "stop role",        "(ooc",           "ooc:",          "back to reality",
                                        "end the game",     "stop pretending"};

    for (size_t i = 0; i < sizeof exits / sizeof exits[0]; i++) {
        if (find_text(masker, exits[i], 0) < masker->length) {
            return 1;
        }
    }
    return 0;
}

static void mask_sentences(struct masker *masker)
{
    struct word *words = arena_allocate_zeroed(masker->arena, WORDS_MAX, sizeof *words);
    struct sentence_reader reader;
    struct sentence sentence;
    int32_t settled = 0;

    if (words == NULL) {
        masker->failed = 1;
        return;
    }
    sentence_reader_init(&reader, masker->text, masker->length);
    while (!settled && !masker->failed && sentence_next(&reader, &sentence)) {
        size_t next;
        size_t count = words_split(masker->arena, masker->lexicon, masker->text, sentence.start, sentence.end, words,
                                   &next, &masker->failed);

        if (count > 0) {
            settled = mask_sentence(masker, &sentence, words, count);
        }
    }
}

int32_t speech_mask(struct arena *arena, const struct lexicon *lexicon, const char *text, size_t length,
                    struct speech_state *state, struct speech *speech)
{
    struct masker masker = {arena, lexicon, arena_copy_bytes(arena, text, length), length, state, speech, 0};
    int32_t pasting = state->pasting;

    speech->text = masker.text;
    speech->persona = 0;
    if (masker.text == NULL) {
        return 0;
    }
    state->pasting = 0;
    if (state->persona && leaves_persona(&masker)) {
        state->persona = 0;
    } else if (state->persona || (pasting && length >= PASTE_MIN_BYTES)) {
        mask(&masker, 0, length);
        return 1;
    }
    if (is_play(&masker)) {
        state->persona = 1;
        mask(&masker, 0, length);
        return 1;
    }
    mask_lines(&masker);
    mask_quotes(&masker);
    mask_advertisement(&masker);
    mask_dialogue(&masker);
    mask_sentences(&masker);
    return !masker.failed;
}
