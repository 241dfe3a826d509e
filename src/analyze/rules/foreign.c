#include "analyze/rules/foreign.h"

#include "analyze/rules/rephrase.h"

#include <string.h>

struct foreign_pattern {
    enum language language;
    const char *words; /* words in order, lower case; "a|b" matches either, "*" matches at most one word */
    enum finding_category category;
    const char *subject;
    const char *label;
    int32_t exclusive;
    int32_t confidence;
};

/* The first matching pattern is used, so specific patterns precede general ones. */
static const struct foreign_pattern patterns[] = {
    /* German */
    {LANGUAGE_DE, "ich heiße|heisse", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_DE, "mein name ist", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_DE, "ich wohne|lebe * * in", FINDING_IDENTITY, "home", "Lives in ", 1, 900},
    {LANGUAGE_DE, "bin * nach", FINDING_IDENTITY, "moved", "Moved to ", 0, 500},
    {LANGUAGE_DE, "ich komme * aus", FINDING_BACKGROUND, "origin", "From ", 0, 840},
    {LANGUAGE_DE, "ich arbeite * * als", FINDING_IDENTITY, "role", "Works as ", 0, 890},
    {LANGUAGE_DE, "ich arbeite * bei", FINDING_IDENTITY, "employer", "Works at ", 1, 880},
    {LANGUAGE_DE, "ich arbeite * an", FINDING_PROJECT, "project", "Working on ", 0, 800},
    {LANGUAGE_DE, "ich bin allergisch|allergikerin|allergiker", FINDING_CONSTRAINT, "condition", "Allergic ", 0, 880},
    {LANGUAGE_DE, "ich bin veganerin|veganer|vegetarierin|vegetarier|vegan|diabetiker|diabetikerin", FINDING_CONSTRAINT,
     "condition", "Diet or condition: ", 0, 860},
    {LANGUAGE_DE, "ich bin * von|vom beruf|beruflich", FINDING_IDENTITY, "role", "Profession: ", 0, 880},
    {LANGUAGE_DE, "ich bin ein|eine", FINDING_IDENTITY, "role", "Is: ", 0, 800},
    {LANGUAGE_DE, "meine|mein|unsere|unser frau|mann|tochter|sohn|freundin|freund|partnerin|partner|hund|katze",
     FINDING_PERSON, "family", "", 0, 700},
    {LANGUAGE_DE, "ich mag|liebe", FINDING_PREFERENCE, "likes", "Likes: ", 0, 780},
    {LANGUAGE_DE, "ich hasse", FINDING_PREFERENCE, "dislikes", "Dislikes: ", 0, 780},
    {LANGUAGE_DE, "ich bevorzuge", FINDING_PREFERENCE, "likes", "Prefers: ", 0, 790},
    {LANGUAGE_DE, "ich möchte|will", FINDING_GOAL, "goal", "Wants: ", 0, 640},
    {LANGUAGE_DE, "ich lerne", FINDING_GOAL, "goal", "Learning: ", 0, 800},
    {LANGUAGE_DE, "ich baue|entwickle|programmiere", FINDING_PROJECT, "project", "Building: ", 0, 820},
    {LANGUAGE_DE, "ich nutze|benutze|verwende", FINDING_SKILL, "skill", "Uses: ", 0, 770},
    {LANGUAGE_DE, "ich habe * * studiert", FINDING_BACKGROUND, "education", "Studied: ", 0, 600},
    {LANGUAGE_DE, "ich studiere", FINDING_BACKGROUND, "education", "Studying: ", 0, 830},
    {LANGUAGE_DE, "ich vertrage kein|keine|keinen", FINDING_CONSTRAINT, "condition", "Does not tolerate: ", 0, 870},
    {LANGUAGE_DE, "ich esse kein|keine|keinen", FINDING_CONSTRAINT, "avoids", "Does not eat: ", 0, 850},
    /* French */
    {LANGUAGE_FR, "je m'appelle", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_FR, "j'habite * à|a|en|au", FINDING_IDENTITY, "home", "Lives in ", 1, 900},
    {LANGUAGE_FR, "je vis * à|en|au", FINDING_IDENTITY, "home", "Lives in ", 1, 890},
    {LANGUAGE_FR, "je travaille * comme", FINDING_IDENTITY, "role", "Works as ", 0, 890},
    {LANGUAGE_FR, "je travaille * chez|pour", FINDING_IDENTITY, "employer", "Works at ", 1, 880},
    {LANGUAGE_FR, "je travaille sur", FINDING_PROJECT, "project", "Working on ", 0, 800},
    {LANGUAGE_FR, "je viens de|d'", FINDING_BACKGROUND, "origin", "From ", 0, 600},
    {LANGUAGE_FR, "je suis né|née à|en", FINDING_BACKGROUND, "origin", "Born in ", 0, 840},
    {LANGUAGE_FR, "je suis allergique", FINDING_CONSTRAINT, "condition", "Allergic ", 0, 880},
    {LANGUAGE_FR, "je suis végétarien|végétarienne|végane|vegan|diabétique|coeliaque", FINDING_CONSTRAINT, "condition",
     "Diet or condition: ", 0, 860},
    {LANGUAGE_FR, "je suis un|une", FINDING_IDENTITY, "role", "Is: ", 0, 800},
    {LANGUAGE_FR,
     "je suis "
     "infirmière|infirmier|professeur|professeure|développeur|développeuse|médecin|étudiant|étudiante|ingénieur|"
     "ingénieure|enseignant|enseignante|architecte|avocat|avocate|boulanger|boulangère|journaliste|traductrice|"
     "traducteur",
     FINDING_IDENTITY, "role", "Is: ", 0, 850},
    {LANGUAGE_FR, "ma|mon femme|mari|fille|fils|compagne|compagnon|chien|chat", FINDING_PERSON, "family", "", 0, 700},
    {LANGUAGE_FR, "j'aime|j'adore", FINDING_PREFERENCE, "likes", "Likes: ", 0, 760},
    {LANGUAGE_FR, "je déteste", FINDING_PREFERENCE, "dislikes", "Dislikes: ", 0, 780},
    {LANGUAGE_FR, "je préfère", FINDING_PREFERENCE, "likes", "Prefers: ", 0, 790},
    {LANGUAGE_FR, "je veux|voudrais|souhaite", FINDING_GOAL, "goal", "Wants: ", 0, 620},
    {LANGUAGE_FR, "j'apprends", FINDING_GOAL, "goal", "Learning: ", 0, 800},
    {LANGUAGE_FR, "je développe|construis", FINDING_PROJECT, "project", "Building: ", 0, 820},
    {LANGUAGE_FR, "j'utilise", FINDING_SKILL, "skill", "Uses: ", 0, 770},
    {LANGUAGE_FR, "je ne mange pas", FINDING_CONSTRAINT, "avoids", "Does not eat: ", 0, 850},
    {LANGUAGE_FR, "j'ai déménagé à|en|au", FINDING_IDENTITY, "home", "Lives in ", 1, 900},
    /* Spanish */
    {LANGUAGE_ES, "me llamo", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_ES, "mi nombre es", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_ES, "vivo * en", FINDING_IDENTITY, "home", "Lives in ", 1, 890},
    {LANGUAGE_ES, "me mudé a", FINDING_IDENTITY, "home", "Lives in ", 1, 900},
    {LANGUAGE_ES, "trabajo * como|de", FINDING_IDENTITY, "role", "Works as ", 0, 890},
    {LANGUAGE_ES, "trabajo * en|para", FINDING_IDENTITY, "work", "Works at ", 0, 850},
    {LANGUAGE_ES, "soy alérgico|alérgica", FINDING_CONSTRAINT, "condition", "Allergic ", 0, 880},
    {LANGUAGE_ES, "soy vegano|vegana|vegetariano|vegetariana|diabético|diabética|celíaco|celíaca", FINDING_CONSTRAINT,
     "condition", "Diet or condition: ", 0, 860},
    {LANGUAGE_ES, "soy de", FINDING_BACKGROUND, "origin", "From ", 0, 820},
    {LANGUAGE_ES, "soy un|una", FINDING_IDENTITY, "role", "Is: ", 0, 800},
    {LANGUAGE_ES,
     "soy enfermera|enfermero|profesor|profesora|ingeniero|ingeniera|médico|médica|estudiante|abogado|abogada|"
     "programador|programadora|diseñador|diseñadora|arquitecto|arquitecta|periodista|maestra|maestro|cocinero|cocinera",
     FINDING_IDENTITY, "role", "Is: ", 0, 850},
    {LANGUAGE_ES, "mi|mis esposa|esposo|marido|mujer|hija|hijo|hijos|novia|novio|perro|gato|pareja", FINDING_PERSON,
     "family", "", 0, 700},
    {LANGUAGE_ES, "me gusta|gustan|encanta|encantan", FINDING_PREFERENCE, "likes", "Likes: ", 0, 780},
    {LANGUAGE_ES, "odio|detesto", FINDING_PREFERENCE, "dislikes", "Dislikes: ", 0, 760},
    {LANGUAGE_ES, "prefiero", FINDING_PREFERENCE, "likes", "Prefers: ", 0, 790},
    {LANGUAGE_ES, "quiero|quisiera", FINDING_GOAL, "goal", "Wants: ", 0, 620},
    {LANGUAGE_ES, "estoy aprendiendo", FINDING_GOAL, "goal", "Learning: ", 0, 800},
    {LANGUAGE_ES, "estoy desarrollando|construyendo|creando|escribiendo", FINDING_PROJECT, "project", "Building: ", 0,
     820},
    {LANGUAGE_ES, "uso|utilizo", FINDING_SKILL, "skill", "Uses: ", 0, 700},
    {LANGUAGE_ES, "no como", FINDING_CONSTRAINT, "avoids", "Does not eat: ", 0, 700},
    {LANGUAGE_ES, "nací en", FINDING_BACKGROUND, "origin", "Born in ", 0, 840},
    /* Portuguese */
    {LANGUAGE_PT, "meu nome é", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_PT, "me chamo", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_PT, "moro * em|no|na", FINDING_IDENTITY, "home", "Lives in ", 1, 900},
    {LANGUAGE_PT, "vivo * em|no|na", FINDING_IDENTITY, "home", "Lives in ", 1, 890},
    {LANGUAGE_PT, "trabalho * como", FINDING_IDENTITY, "role", "Works as ", 0, 890},
    {LANGUAGE_PT, "trabalho * na|no|para", FINDING_IDENTITY, "work", "Works at ", 0, 850},
    {LANGUAGE_PT, "sou alérgico|alérgica", FINDING_CONSTRAINT, "condition", "Allergic ", 0, 880},
    {LANGUAGE_PT, "sou vegano|vegana|vegetariano|vegetariana|diabético|diabética|celíaco|celíaca", FINDING_CONSTRAINT,
     "condition", "Diet or condition: ", 0, 860},
    {LANGUAGE_PT, "sou de|do|da", FINDING_BACKGROUND, "origin", "From ", 0, 820},
    {LANGUAGE_PT,
     "sou um|uma|enfermeira|enfermeiro|professor|professora|engenheiro|engenheira|médico|médica|estudante|advogado|"
     "advogada|programador|programadora|designer|arquiteto|arquiteta|jornalista",
     FINDING_IDENTITY, "role", "Is: ", 0, 850},
    {LANGUAGE_PT, "minha|meu esposa|marido|mulher|filha|filho|namorada|namorado|cachorro|cão|gato", FINDING_PERSON,
     "family", "", 0, 700},
    {LANGUAGE_PT, "gosto|adoro", FINDING_PREFERENCE, "likes", "Likes: ", 0, 760},
    {LANGUAGE_PT, "detesto", FINDING_PREFERENCE, "dislikes", "Dislikes: ", 0, 780},
    {LANGUAGE_PT, "prefiro", FINDING_PREFERENCE, "likes", "Prefers: ", 0, 790},
    {LANGUAGE_PT, "quero|gostaria", FINDING_GOAL, "goal", "Wants: ", 0, 620},
    {LANGUAGE_PT, "estou aprendendo", FINDING_GOAL, "goal", "Learning: ", 0, 800},
    {LANGUAGE_PT, "estou desenvolvendo|construindo|criando|escrevendo", FINDING_PROJECT, "project", "Building: ", 0,
     820},
    {LANGUAGE_PT, "não como", FINDING_CONSTRAINT, "avoids", "Does not eat: ", 0, 700},
    {LANGUAGE_PT, "mudei * para", FINDING_IDENTITY, "home", "Lives in ", 1, 890},
    /* Italian */
    {LANGUAGE_IT, "mi chiamo", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_IT, "il mio nome è", FINDING_IDENTITY, "name", "Name: ", 1, 950},
    {LANGUAGE_IT, "vivo|abito * a|in", FINDING_IDENTITY, "home", "Lives in ", 1, 890},
    {LANGUAGE_IT, "mi sono trasferito|trasferita a|in", FINDING_IDENTITY, "home", "Lives in ", 1, 900},
    {LANGUAGE_IT, "lavoro * come", FINDING_IDENTITY, "role", "Works as ", 0, 890},
    {LANGUAGE_IT, "lavoro * per|presso", FINDING_IDENTITY, "work", "Works at ", 0, 850},
    {LANGUAGE_IT, "sono allergico|allergica", FINDING_CONSTRAINT, "condition", "Allergic ", 0, 880},
    {LANGUAGE_IT, "sono vegano|vegana|vegetariano|vegetariana|diabetico|diabetica|celiaco|celiaca", FINDING_CONSTRAINT,
     "condition", "Diet or condition: ", 0, 860},
    {LANGUAGE_IT, "sono di", FINDING_BACKGROUND, "origin", "From ", 0, 800},
    {LANGUAGE_IT,
     "sono "
     "un|una|infermiera|infermiere|insegnante|ingegnere|medico|studente|studentessa|avvocato|architetto|giornalista",
     FINDING_IDENTITY, "role", "Is: ", 0, 850},
    {LANGUAGE_IT, "mia|mio moglie|marito|figlia|figlio|ragazza|ragazzo|cane|gatto", FINDING_PERSON, "family", "", 0,
     700},
    {LANGUAGE_IT, "mi piace|piacciono", FINDING_PREFERENCE, "likes", "Likes: ", 0, 780},
    {LANGUAGE_IT, "odio", FINDING_PREFERENCE, "dislikes", "Dislikes: ", 0, 760},
    {LANGUAGE_IT, "preferisco", FINDING_PREFERENCE, "likes", "Prefers: ", 0, 790},
    {LANGUAGE_IT, "vorrei|voglio", FINDING_GOAL, "goal", "Wants: ", 0, 620},
    {LANGUAGE_IT, "sto imparando", FINDING_GOAL, "goal", "Learning: ", 0, 800},
    {LANGUAGE_IT, "sto sviluppando|costruendo|creando|scrivendo", FINDING_PROJECT, "project", "Building: ", 0, 820},
    {LANGUAGE_IT, "non mangio", FINDING_CONSTRAINT, "avoids", "Does not eat: ", 0, 850},
};

/* 1 if one of the alternatives "a|b|c" (`length` bytes) equals the key. */
static int32_t alternative_fits(const char *alternatives, size_t length, const char *key)
{
    size_t key_length = strlen(key);
    size_t at = 0;

    while (at < length) {
        size_t end = at;

        while (end < length && alternatives[end] != '|') {
            end++;
        }
        if (end - at == key_length && memcmp(alternatives + at, key, key_length) == 0) {
            return 1;
        }
        at = end + 1;
    }
    return 0;
}

/* Index of the word after a match at word i; 0 if the pattern does not match. "*" matches a word only if necessary. */
static size_t pattern_end(const struct foreign_pattern *pattern, const struct statement_reader *reader, size_t i)
{
    const char *at = pattern->words;
    size_t free_words = 0;

    while (*at != '\0') {
        size_t length = strcspn(at, " ");

        if (length == 1 && *at == '*') {
            free_words++;
        } else {
            while (i < reader->count && free_words > 0 && !alternative_fits(at, length, reader->words[i].key)) {
                free_words--;
                i++;
            }
            if (i >= reader->count || !alternative_fits(at, length, reader->words[i].key)) {
                return 0;
            }
            free_words = 0;
            i++;
        }
        at += length;
        at += strspn(at, " ");
    }
    return i;
}

static size_t value_end(const struct statement_reader *reader, size_t start)
{
    size_t i = start;

    while (i < reader->count && i < start + 14) {
        if (i > start && (reader->words[i].gap & GAP_BREAK) != 0) {
            break;
        }
        if (i > start &&
            word_in(&reader->words[i], "und y e aber weil et mais car pero porque mas e ma perché ich je yo eu io "
                                       "parce denn sondern")) {
            break;
        }
        i++;
    }
    return i;
}

/* 1 if the previous word makes the statement hypothetical or a question: "wenn ich", "si je", "am I". */
static int32_t is_taken_back(const struct statement_reader *reader, size_t i)
{
    return i > 0 &&
           word_in(&reader->words[i - 1], "wenn falls ob si s'il se caso als würde angenommen quand y not nicht");
}

void foreign_read(struct statement_reader *reader, enum language language)
{
    for (size_t i = 0; i < reader->count; i++) {
        for (size_t k = 0; k < sizeof patterns / sizeof patterns[0]; k++) {
            const struct foreign_pattern *pattern = &patterns[k];
            size_t start = pattern->language == language ? pattern_end(pattern, reader, i) : 0;
            size_t end = start == 0 ? 0 : value_end(reader, start);
            size_t shown = pattern->label[0] == '\0' ? i : start;

            if (start == 0) {
                continue;
            }
            if (end > start && !is_taken_back(reader, i) && !(reader->question && pattern->confidence < 850)) {
                statement_emit_exclusive(reader, pattern->category, pattern->subject, pattern->label, shown, end, start,
                                         end, pattern->exclusive, pattern->confidence - 60);
            }
            break;
        }
    }
}
