#include "extract/transcript/speaker_names.h"

#include <contextpack/message.h>

#include <string.h>
#include <strings.h>

struct name {
    const char *text;
    int32_t role;
    int32_t is_weak; /* also used where nobody speaks: it counts only among several turns with markup */
};

/* Labels in lower case. */
static const struct name names[] = {
    {"you", CPK_ROLE_USER, 0},
    {"user", CPK_ROLE_USER, 0},
    {"human", CPK_ROLE_USER, 0},
    {"me", CPK_ROLE_USER, 1},
    {"myself", CPK_ROLE_USER, 1},
    {"prompt", CPK_ROLE_USER, 0},
    {"question", CPK_ROLE_USER, 1},
    {"q", CPK_ROLE_USER, 1},
    {"query", CPK_ROLE_USER, 1},
    {"ich", CPK_ROLE_USER, 1},
    {"moi", CPK_ROLE_USER, 1},
    {"yo", CPK_ROLE_USER, 1},
    {"io", CPK_ROLE_USER, 1},
    {"eu", CPK_ROLE_USER, 1},
    {"ik", CPK_ROLE_USER, 1},
    {"jag", CPK_ROLE_USER, 1},
    {"jeg", CPK_ROLE_USER, 1},
    {"\xD1\x8F", CPK_ROLE_USER, 1},
    {"\xD0\xAF", CPK_ROLE_USER, 1},
    {"\xE6\x88\x91", CPK_ROLE_USER, 1},
    {"\xE7\xA7\x81", CPK_ROLE_USER, 1},
    {"\xEB\x82\x98", CPK_ROLE_USER, 1},
    {"vous", CPK_ROLE_USER, 1},
    {"tu", CPK_ROLE_USER, 1},
    {"utilisateur", CPK_ROLE_USER, 0},
    {"sie", CPK_ROLE_USER, 1},
    {"du", CPK_ROLE_USER, 1},
    {"nutzer", CPK_ROLE_USER, 0},
    {"benutzer", CPK_ROLE_USER, 0},
    {"usuario", CPK_ROLE_USER, 0},
    {"usu\xC3\xA1rio", CPK_ROLE_USER, 0},
    {"t\xC3\xBA", CPK_ROLE_USER, 0},
    {"voc\xC3\xAA", CPK_ROLE_USER, 0},
    {"utente", CPK_ROLE_USER, 0},
    {"gebruiker", CPK_ROLE_USER, 0},
    {"jij", CPK_ROLE_USER, 0},
    {"je", CPK_ROLE_USER, 1},
    {"\xD0\x92\xD1\x8B", CPK_ROLE_USER, 0},
    {"\xD0\xB2\xD1\x8B", CPK_ROLE_USER, 0},
    {"\xE4\xBD\xA0", CPK_ROLE_USER, 0},
    {"\xE6\x82\xA8", CPK_ROLE_USER, 0},
    {"\xE7\x94\xA8\xE6\x88\xB7", CPK_ROLE_USER, 0},
    {"\xE3\x81\x82\xE3\x81\xAA\xE3\x81\x9F", CPK_ROLE_USER, 0},
    {"\xE3\x83\xA6\xE3\x83\xBC\xE3\x82\xB6\xE3\x83\xBC", CPK_ROLE_USER, 0},
    {"\xEC\x82\xAC\xEC\x9A\xA9\xEC\x9E\x90", CPK_ROLE_USER, 0},
    {"assistant", CPK_ROLE_ASSISTANT, 0},
    {"asistente", CPK_ROLE_ASSISTANT, 0},
    {"assistent", CPK_ROLE_ASSISTANT, 0},
    {"assistente", CPK_ROLE_ASSISTANT, 0},
    {"ai", CPK_ROLE_ASSISTANT, 1},
    {"ai assistant", CPK_ROLE_ASSISTANT, 0},
    {"bot", CPK_ROLE_ASSISTANT, 1},
    {"agent", CPK_ROLE_ASSISTANT, 1},
    {"model", CPK_ROLE_ASSISTANT, 1},
    {"response", CPK_ROLE_ASSISTANT, 0},
    {"answer", CPK_ROLE_ASSISTANT, 1},
    {"a", CPK_ROLE_ASSISTANT, 1},
    {"gpt", CPK_ROLE_ASSISTANT, 0},
    {"llm", CPK_ROLE_ASSISTANT, 1},
    {"ia", CPK_ROLE_ASSISTANT, 1},
    {"ki", CPK_ROLE_ASSISTANT, 1},
    {"chatbot", CPK_ROLE_ASSISTANT, 1},
    {"reply", CPK_ROLE_ASSISTANT, 1},
    {"le chat", CPK_ROLE_ASSISTANT, 0},
    {"meta ai", CPK_ROLE_ASSISTANT, 0},
    {"\xE5\x8A\xA9\xE6\x89\x8B", CPK_ROLE_ASSISTANT, 0},
    {"system", CPK_ROLE_SYSTEM, 0},
    {"system prompt", CPK_ROLE_SYSTEM, 0},
    {"tool", CPK_ROLE_TOOL, 0},
};

/* Assistants, whose labels may go on with a model: "claude 3.5 sonnet". */
static const char *const families[] = {"chatgpt", "gpt",     "claude",     "gemini", "bard",  "grok", "deepseek",
                                       "copilot", "mistral", "perplexity", "llama",  "qwen",  "kimi", "bing",
                                       "o1",      "o3",      "o4",         "codex",  "cursor"};
static const char *const model_words[] = {"sonnet",    "opus",  "haiku",    "pro",     "flash",    "mini",
                                          "turbo",     "plus",  "deep",     "max",     "research", "thinking",
                                          "large",     "small", "nano",     "chat",    "code",     "model",
                                          "assistant", "ai",    "advanced", "preview", "medium"};

/* Ends of labels: "chatgpt said", "chatgpt a dit". */
static const char *const saids[] = {" said",
                                    " says",
                                    " wrote",
                                    " asked",
                                    " a dit",
                                    " avez dit",
                                    " as dit",
                                    " hat gesagt",
                                    " haben gesagt",
                                    " hast gesagt",
                                    " sagte",
                                    " sagten",
                                    " dijo",
                                    " dijiste",
                                    " ha dicho",
                                    " has dicho",
                                    " ha detto",
                                    " hai detto",
                                    " disse",
                                    " zei",
                                    " \xD1\x81\xD0\xBA\xD0\xB0\xD0\xB7\xD0\xB0\xD0\xBB",
                                    " \xD1\x81\xD0\xBA\xD0\xB0\xD0\xB7\xD0\xB0\xD0\xBB\xD0\xB8",
                                    " \xE8\xAF\xB4",
                                    "\xE8\xAF\xB4",
                                    "\xE8\xAA\xAA"};

/* What exporters write near the start or the end. */
static const char *const exporters[] = {
    "chatgpt exporter",     "exported from chatgpt", "exported from claude",      "exported by chatgpt",
    "exported from gemini", "exported from grok",    "exported with chatgpt",     "claude exporter",
    "save chatgpt",         "chatgpt conversation",  "conversation with chatgpt", "conversation with claude",
    "chat with claude",     "chat with chatgpt",     "generated by specstory",    "chatgpt-exporter"};

/* Words of the first person. Those of scripts that put no spaces between words are found anywhere. */
static const char *const self_words[] = {"I",
                                         "my",
                                         "My",
                                         "mine",
                                         "ich",
                                         "Ich",
                                         "mein",
                                         "meine",
                                         "Mein",
                                         "Meine",
                                         "je",
                                         "Je",
                                         "j",
                                         "J",
                                         "mon",
                                         "yo",
                                         "Yo",
                                         "soy",
                                         "Soy",
                                         "estoy",
                                         "Estoy",
                                         "vivo",
                                         "Vivo",
                                         "tengo",
                                         "Tengo",
                                         "trabajo",
                                         "Trabajo",
                                         "sono",
                                         "Sono",
                                         "lavoro",
                                         "Lavoro",
                                         "eu",
                                         "Eu",
                                         "sou",
                                         "Sou",
                                         "moro",
                                         "Moro",
                                         "meu",
                                         "minha",
                                         "ik",
                                         "Ik",
                                         "mijn",
                                         "Mijn",
                                         "jag",
                                         "Jag",
                                         "jeg",
                                         "Jeg",
                                         "jestem",
                                         "Jestem",
                                         "mam",
                                         "Mam",
                                         "jsem",
                                         "Jsem",
                                         "ben",
                                         "Ben",
                                         "\xD1\x8F",
                                         "\xD0\xAF",
                                         "\xD0\xBC\xD0\xBE\xD0\xB9",
                                         "\xD0\xBC\xD0\xBE\xD1\x8F",
                                         "\xD8\xA3\xD9\x86\xD8\xA7",
                                         "\xE0\xA4\xAE\xE0\xA5\x88\xE0\xA4\x82"};
static const char *const self_parts[] = {"\xE6\x88\x91",
                                         "\xE7\xA7\x81",
                                         "\xE5\x83\x95",
                                         "\xE4\xBF\xBA",
                                         "\xEB\x82\x98\xEB\x8A\x94",
                                         "\xEC\xA0\x80\xEB\x8A\x94",
                                         "\xEC\xA0\x9C\xEA\xB0\x80"};

static const char *const address_words[] = {"you",  "your",  "yours", "yourself", "dir",        "dich",
                                            "dein", "deine", "sie",   "ihr",      "tu",         "toi",
                                            "vous", "votre", "te",    "usted",    "voc\xC3\xAA"};

/* Labels that begin lines of notes, minutes, letters, diaries and logs. */
static const char *const note_labels[] = {
    "note",       "notes",       "nota",       "notiz",        "todo",         "to do",      "task",
    "tasks",      "action",      "actions",    "action item",  "action items", "owner",      "decision",
    "decisions",  "agenda",      "attendees",  "participants", "present",      "absent",     "apologies",
    "minutes",    "topic",       "topics",     "next",         "next steps",   "date",       "time",
    "place",      "location",    "where",      "when",         "who",          "what",       "why",
    "how",        "subject",     "from",       "to",           "cc",           "bcc",        "re",
    "fwd",        "sent",        "reply-to",   "summary",      "background",   "goal",       "goals",
    "result",     "results",     "conclusion", "problem",      "solution",     "cause",      "idea",
    "ideas",      "pro",         "pros",       "con",          "cons",         "plus",       "minus",
    "good",       "bad",         "before",     "after",        "today",        "yesterday",  "tomorrow",
    "morning",    "afternoon",   "evening",    "night",        "noon",         "monday",     "tuesday",
    "wednesday",  "thursday",    "friday",     "saturday",     "sunday",       "mon",        "tue",
    "wed",        "thu",         "fri",        "sat",          "sun",          "week",       "day",
    "month",      "year",        "mood",       "sleep",        "food",         "breakfast",  "lunch",
    "dinner",     "snack",       "snacks",     "weather",      "work",         "home",       "health",
    "family",     "money",       "weight",     "exercise",     "need",         "needs",      "want",
    "wants",      "fact",        "facts",      "example",      "examples",     "warning",    "tip",
    "tips",       "hint",        "important",  "info",         "error",        "warn",       "debug",
    "trace",      "fatal",       "notice",     "critical",     "title",        "author",     "authors",
    "tags",       "tag",         "category",   "status",       "state",        "name",       "age",
    "email",      "e-mail",      "phone",      "tel",          "address",      "url",        "link",
    "source",     "http",        "https",      "ftp",          "step",         "version",    "input",
    "output",     "expected",    "actual",     "given",        "then",         "done",       "doing",
    "blocked",    "blockers",    "win",        "wins",         "loss",         "lesson",     "lessons",
    "learned",    "grateful",    "gratitude",  "dream",        "dreams",       "thought",    "thoughts",
    "feeling",    "feelings",    "strength",   "strengths",    "weakness",     "weaknesses", "likes",
    "dislikes",   "start",       "end",        "stop",         "continue",     "created",    "updated",
    "modified",   "description", "keywords",   "ps",           "p.s",          "p.s.",       "scene",
    "act",        "ingredients", "method",     "serves",       "price",        "total",      "size",
    "color",      "front",       "back",       "term",         "definition",   "skills",     "experience",
    "education",  "languages",   "hobbies",    "interests",    "references",   "objective",  "datum",
    "ort",        "zeit",        "betreff",    "von",          "an",           "aufgabe",    "aufgaben",
    "ziel",       "ziele",       "teilnehmer", "beschluss",    "montag",       "dienstag",   "mittwoch",
    "donnerstag", "freitag",     "samstag",    "sonntag",      "heute",        "gestern",    "morgen",
    "abend",      "abends",      "morgens",    "wetter",       "stimmung",     "lieu",       "objet",
    "heure",      "lundi",       "mardi",      "mercredi",     "jeudi",        "vendredi",   "samedi",
    "dimanche",   "matin",       "soir",       "fecha",        "hora",         "lugar",      "asunto",
    "lunes",      "martes",      "viernes",    "data",         "luogo",        "oggetto",    "ore"};

static int32_t is_letter(char byte)
{
    return (unsigned char)byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static int32_t is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static int32_t is_listed(const char *label, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], label) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t ends_with(const char *text, size_t length, const char *suffix)
{
    size_t taken = strlen(suffix);

    return length > taken && memcmp(text + length - taken, suffix, taken) == 0;
}

/* 1 if a word names a version or a size of a model. */
static int32_t is_model_word(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (is_digit(word[i])) {
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof model_words / sizeof model_words[0]; i++) {
        if (strlen(model_words[i]) == length && memcmp(model_words[i], word, length) == 0) {
            return 1;
        }
    }
    return length == 0;
}

static int32_t is_assistant(const char *label, size_t length)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        size_t taken = strlen(families[i]);
        int32_t is_known = length >= taken && memcmp(label, families[i], taken) == 0 && !is_letter(label[taken]);

        for (size_t at = taken; is_known && at < length;) {
            size_t word = strcspn(label + at, " -.");

            is_known = is_model_word(label + at, word);
            at += word + 1;
        }
        if (is_known) {
            return 1;
        }
    }
    return 0;
}

int32_t speaker_label_role(const char *label, int32_t *is_said, int32_t *is_weak)
{
    size_t length = strlen(label);
    char base[SPEAKER_LABEL_BYTES];

    *is_said = 0;
    *is_weak = 0;
    memcpy(base, label, length + 1);
    for (size_t i = 0; i < sizeof saids / sizeof saids[0] && !*is_said; i++) {
        if (ends_with(base, length, saids[i])) {
            length -= strlen(saids[i]);
            base[length] = '\0';
            *is_said = 1;
        }
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].text, base) == 0) {
            *is_weak = names[i].is_weak && !*is_said;
            return names[i].role;
        }
    }
    return is_assistant(base, length) ? CPK_ROLE_ASSISTANT : strcmp(label, "dijiste") == 0 ? CPK_ROLE_USER : 0;
}

int32_t speaker_is_question(const char *label)
{
    static const char *const questions[] = {"q", "question", "query", "a", "answer", "reply"};

    return is_listed(label, questions, sizeof questions / sizeof questions[0]);
}

int32_t speaker_is_note(const char *label)
{
    return is_listed(label, note_labels, sizeof note_labels / sizeof note_labels[0]);
}

/* 1 for a word of this list and a number: "speaker 2", "user_1". */
static int32_t is_numbered(const char *label)
{
    static const char *const people[] = {
        "speaker",    "user",   "person",      "participant", "guest",      "caller",   "customer",
        "agent",      "client", "interviewer", "interviewee", "respondent", "sprecher", "sprecherin",
        "teilnehmer", "person", "intervenant", "personne",    "hablante",   "persona",  "participante",
        "falante",    "pessoa", "parlante",    "spreker",     "deelnemer",  "talare",   "m\xC3\xB3wca"};
    size_t word = strcspn(label, " _#-0123456789");
    size_t digits = word + strspn(label + word, " _#-");
    size_t end = digits + strspn(label + digits, "0123456789");

    for (size_t i = 0; i < sizeof people / sizeof people[0] && end > digits && label[end] == '\0'; i++) {
        if (strlen(people[i]) == word && memcmp(people[i], label, word) == 0) {
            return 1;
        }
    }
    return 0;
}

int32_t speaker_is_party(const char *label)
{
    static const char *const parties[] = {"customer",
                                          "customer service",
                                          "customer support",
                                          "support",
                                          "support agent",
                                          "agent",
                                          "client",
                                          "caller",
                                          "dispatcher",
                                          "operator",
                                          "advisor",
                                          "adviser",
                                          "representative",
                                          "rep",
                                          "interviewer",
                                          "interviewee",
                                          "respondent",
                                          "moderator",
                                          "host",
                                          "guest",
                                          "doctor",
                                          "patient",
                                          "therapist",
                                          "counselor",
                                          "teacher",
                                          "student",
                                          "coach",
                                          "coachee",
                                          "buyer",
                                          "seller",
                                          "kunde",
                                          "kundin",
                                          "berater",
                                          "beraterin",
                                          "interviewerin",
                                          "befragter",
                                          "befragte",
                                          "arzt",
                                          "patientin",
                                          "moderatorin",
                                          "conseiller",
                                          "conseill\xC3\xA8re",
                                          "cliente",
                                          "agente",
                                          "entrevistador",
                                          "entrevistadora",
                                          "entrevistado",
                                          "entrevistada",
                                          "intervieweur",
                                          "klant",
                                          "medewerker"};

    return is_listed(label, parties, sizeof parties / sizeof parties[0]) || is_numbered(label);
}

int32_t speaker_is_name(const char *label)
{
    size_t words = 1;

    if (is_numbered(label)) {
        return 1;
    }
    for (const char *at = label; *at != '\0'; at++) {
        words += *at == ' ' && at[1] != ' ' && at[1] != '\0';
        if (is_digit(*at) || strchr("/\\\"()=<>{}[]*#|;!?", *at) != NULL) {
            return 0;
        }
    }
    return label[0] != '\0' && label[1] != '\0' && words <= 3 && !speaker_is_note(label);
}

/* 1 if one of the words is in the text; in lower case if `folds`. */
static int32_t has_word(const char *text, size_t length, const char *const *list, size_t count, int32_t folds)
{
    for (size_t at = 0; at < length;) {
        size_t word = 0;

        while (at + word < length && is_letter(text[at + word])) {
            word++;
        }
        for (size_t i = 0; word > 0 && i < count; i++) {
            if (strlen(list[i]) == word &&
                (folds ? strncasecmp(text + at, list[i], word) == 0 : memcmp(text + at, list[i], word) == 0)) {
                return 1;
            }
        }
        at += word + 1;
    }
    return 0;
}

int32_t speaker_tells_of_self(const char *text, size_t length)
{
    if (has_word(text, length, self_words, sizeof self_words / sizeof self_words[0], 0)) {
        return 1;
    }
    for (size_t i = 0; i < sizeof self_parts / sizeof self_parts[0]; i++) {
        if (memmem(text, length, self_parts[i], strlen(self_parts[i])) != NULL) {
            return 1;
        }
    }
    return 0;
}

int32_t speaker_addresses(const char *text, size_t length)
{
    return memchr(text, '?', length) != NULL || memmem(text, length, "\xEF\xBC\x9F", 3) != NULL ||
           has_word(text, length, address_words, sizeof address_words / sizeof address_words[0], 1);
}

/* An exporter's phrase at the start of the text; its first letter was compared. */
static int32_t is_exporter(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof exporters / sizeof exporters[0]; i++) {
        if ((text[1] | 0x20) == exporters[i][1] && strlen(exporters[i]) <= length &&
            strncasecmp(text, exporters[i], strlen(exporters[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

int32_t speaker_has_exporter(const char *text, size_t length)
{
    unsigned char begins[256] = {0};

    for (size_t i = 0; i < sizeof exporters / sizeof exporters[0]; i++) {
        begins[(unsigned char)exporters[i][0]] = 1;
    }
    for (size_t at = 0; at + 1 < length; at++) {
        if (begins[(unsigned char)text[at] | 0x20] && is_exporter(text + at, length - at)) {
            return 1;
        }
    }
    return 0;
}
