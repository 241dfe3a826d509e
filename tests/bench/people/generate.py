#!/usr/bin/env python3
"""Makes a person and their ChatGPT export: generate.py SEED OUT_DIR [--held-out]

OUT_DIR gets conversations.json (90 chats) and truth.json: what is true of the person, what only seems to be, and what
changed. The same seed gives the same bytes."""
import json, os, random, sys, uuid

import phrasings
import words

CHATS = 90
NOISE_OF_A_KIND = 5
START = 1_690_000_000
SPAN = 400 * 86400
MOVE = START + SPAN * 6 // 10


class Pool:
    def __init__(self, rng):
        self.rng, self.left = rng, {}

    def take(self, name, items):
        if not self.left.get(name):
            self.left[name] = self.rng.sample(items, len(items))
        return self.left[name].pop().replace("_", " ")


def make_person(rng, pool):
    """Facts: (kind, keywords that must be told together, the words for phrasings)."""
    city, old = pool.take("city", words.CITIES), pool.take("city", words.CITIES)
    first, last = pool.take("name", words.FIRST_NAMES), pool.take("last", words.LAST_NAMES)
    facts = []

    def add(sort, keys, **fields):
        facts.append({"kind": sort, "keywords": keys, "fields": fields})

    add("name", [first], first=first, last=last)
    role = pool.take("role", words.ROLES)
    add("role", [role], role=role)
    employer = pool.take("ea", words.EMPLOYER_A) + " " + pool.take("eb", words.EMPLOYER_B)
    add("employer", [employer], employer=employer)
    add("home_old", [old], city=old)
    add("home_new", [city], city=city, old=old)
    age = rng.randint(24, 61)
    add("age", [str(age)], age=age)
    for _ in range(2):
        name, kind = pool.take("project", words.PROJECT_NAMES), pool.take("kind", words.PROJECT_KINDS)
        add("project", [name], project=name, kind=kind)
    for _ in range(3):
        tool = pool.take("tool", words.TOOLS)
        add("tool", [tool], tool=tool)
    hobby = pool.take("hobby", words.HOBBIES)
    add("hobby", [hobby], hobby=hobby)
    likes, dislikes = pool.take("likes", words.LIKES), pool.take("dislikes", words.DISLIKES)
    add("likes", [likes], likes=likes)
    add("dislikes", [dislikes], dislikes=dislikes)
    add("answers", ["short|bullet|brief|long"], none="")
    if rng.random() < 0.5:
        allergen = pool.take("allergen", words.ALLERGENS)
        add("allergy", [allergen], allergen=allergen)
    else:
        diet = pool.take("diet", words.DIETS)
        add("diet", [diet], diet=diet)
    for _ in range(2):
        goal = pool.take("goal", words.GOALS)
        add("goal", [goal.split(" ", 1)[1]], goal=goal)
    if rng.random() < 0.8:
        name = pool.take("name", words.FIRST_NAMES)
        add("partner", [name], rel=rng.choice(["wife", "husband", "partner", "girlfriend", "boyfriend"]), name=name)
    if rng.random() < 0.7:
        name = pool.take("name", words.FIRST_NAMES)
        add("child", [name], rel=rng.choice(["daughter", "son"]), name=name, age=rng.randint(3, 15))
    if rng.random() < 0.5:
        name = pool.take("name", words.FIRST_NAMES)
        add("pet", [name], pet=rng.choice(words.PETS), name=name)
    country = pool.take("country", words.COUNTRIES)
    add("origin", [country], country=country)
    subject, university = pool.take("subject", words.SUBJECTS), pool.take("university", words.UNIVERSITIES)
    add("study", [subject], subject=subject, university=university)
    past = pool.take("role", words.ROLES)
    add("past_role", [past], role=past)
    language = pool.take("language", words.LANGUAGES)
    add("language", [language], language=language)
    deadline = pool.take("deadline", words.DEADLINES)
    add("deadline", [deadline], deadline=deadline, month=rng.choice(words.MONTHS), day=rng.randint(1, 28))
    if rng.random() < 0.6:
        budget = rng.choice([350, 480, 725, 1150, 2600])
        add("budget", [str(budget)], budget=budget)
    add("nights", ["night|twenty|eyesight"], none="")
    return facts, city, old


def noise_fields(pool):
    return {
        "name": pool.take("name", words.FIRST_NAMES), "last": pool.take("last", words.LAST_NAMES),
        "role": pool.take("role", words.ROLES), "city": pool.take("city", words.CITIES),
        "employer": pool.take("ea", words.EMPLOYER_A) + " " + pool.take("eb", words.EMPLOYER_B),
        "tool": pool.take("tool", words.TOOLS), "allergen": pool.take("allergen", words.ALLERGENS),
        "dislikes": pool.take("dislikes", words.DISLIKES), "goal": pool.take("goal", words.GOALS),
    }


def false_facts(template, fields, kind):
    found = []
    for field in ("role", "city", "employer", "allergen", "tool", "dislikes", "goal"):
        if "{" + field + "}" in template:
            value = fields[field]
            found.append({"kind": kind, "keywords": [value.split(" ", 1)[1] if field == "goal" else value]})
    return found


def request(rng):
    text = rng.choice(phrasings.REQUESTS).format(topic=rng.choice(words.TOPICS))
    return text


class Chats:
    def __init__(self, rng):
        self.rng, self.chats = rng, []

    def add(self, time, title, turns):
        self.chats.append((time, title, turns))

    def export(self):
        conversations = []
        for time, title, turns in sorted(self.chats, key=lambda chat: chat[0]):
            root = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
            mapping = {root: {"id": root, "message": None, "parent": None, "children": []}}
            parent, at = root, time
            for role, text in turns:
                node = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
                at += self.rng.randint(5, 400)
                mapping[parent]["children"].append(node)
                mapping[node] = {"id": node, "parent": parent, "children": [], "message": {
                    "id": node, "author": {"role": role, "name": None, "metadata": {}}, "create_time": float(at),
                    "update_time": None, "content": {"content_type": "text", "parts": [text]},
                    "status": "finished_successfully", "end_turn": True, "weight": 1.0,
                    "metadata": {"model_slug": "gpt-4o"} if role == "assistant" else {}, "recipient": "all"}}
                parent = node
            conversations.append({"title": title, "create_time": float(time), "update_time": float(at),
                                  "mapping": mapping, "current_node": parent, "moderation_results": [],
                                  "conversation_id": str(uuid.UUID(int=self.rng.getrandbits(128), version=4))})
        return conversations


def build(seed, held_out):
    rng = random.Random(seed * 2 + held_out)
    said = phrasings.HELD if held_out else phrasings.DEV
    noise = phrasings.NOISE_HELD if held_out else phrasings.NOISE_DEV
    pool = Pool(rng)
    facts, city, old = make_person(rng, pool)
    messages = []  # (time, kind, text)
    for fact in facts:
        if fact["kind"] == "home_old":
            span = (START, MOVE - 10 * 86400)
        elif fact["kind"] == "home_new":
            span = (MOVE, START + SPAN)
        else:
            span = (START, START + SPAN)
        templates = rng.sample(said[fact["kind"]], min(rng.randint(1, 3), len(said[fact["kind"]])))
        for template in templates:
            messages.append((rng.randint(*span), "fact", template.format(q=request(rng), **fact["fields"])))
    wrong = []
    for kind, templates in noise.items():
        for template in rng.sample(templates, min(NOISE_OF_A_KIND, len(templates))):
            fields = noise_fields(pool)
            text = template.format(**fields)
            wrong += false_facts(template, fields, kind)
            messages.append((rng.randint(START, START + SPAN), "noise", text))
    chats = Chats(rng)
    rng.shuffle(messages)
    together = max(0, len(messages) - (CHATS - 12))
    facts_only = [m for m in messages if m[1] == "fact"]
    merged = set()
    for _ in range(together):  # some chats hold two messages that say something
        pair = [m for m in facts_only if id(m) not in merged]
        if len(pair) < 2:
            break
        pair.sort(key=lambda m: m[0])
        at = rng.randrange(len(pair) - 1)
        merged.update((id(pair[at]), id(pair[at + 1])))
        chats.add(pair[at][0], "Chat about " + rng.choice(words.TOPICS), turns(rng, pool, [pair[at][2], pair[at + 1][2]], wrong))
    for message in messages:
        if id(message) not in merged:
            chats.add(message[0], rng.choice(["New chat", "Question", "Help with something", "Quick help"]),
                      turns(rng, pool, [message[2]], wrong))
    while len(chats.chats) < CHATS:
        chats.add(rng.randint(START, START + SPAN), "New chat", turns(rng, pool, [request(rng)], wrong))
        true_words = {word.lower() for fact in facts for key in fact["keywords"] for word in key.split("|")}
    wrong = [fact for fact in wrong if fact["keywords"][0].lower() not in true_words]
    truth = {
        "seed": seed, "held_out": bool(held_out),
        "facts": [{"kind": f["kind"], "keywords": f["keywords"]} for f in facts if f["kind"] != "home_old"],
        "false": wrong,
        "changed": [{"kind": "home", "old": old, "new": city}],
    }
    return chats.export(), truth


def turns(rng, pool, texts, wrong):
    made = []
    for text in texts:
        made.append(("user", text))
        reply = "Here is a short overview. First, consider the basics; then look at the details and try it yourself."
        if rng.random() < 0.25:
            template = rng.choice(phrasings.GUESSES)
            fields = noise_fields(pool)
            wrong += false_facts(template, fields, "guess")
            reply = template.format(**fields) + " " + reply
        made.append(("assistant", reply))
    if rng.random() < 0.5:
        made.append(("user", rng.choice(phrasings.FOLLOW_UPS)))
        made.append(("assistant", "Sure. Let me put it differently, step by step."))
    return made


def main():
    seed, out = int(sys.argv[1]), sys.argv[2]
    conversations, truth = build(seed, int("--held-out" in sys.argv))
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "conversations.json"), "w", encoding="utf-8") as file:
        json.dump(conversations, file, ensure_ascii=False)
    with open(os.path.join(out, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
