"""Every command of the program's table, with arguments and options that are well-formed."""

import re

ID = "00000000-0000-4000-8000-000000000001"

# These create the database and the storage where they are missing.
CREATING = {"build", "pack create", "user create", "job create", "migrate"}
# These need neither.
WITHOUT = {"extract", "inspect", "chunk", "tokens", "redact", "settings", "completion", "version", "help"}
# The storages of these are their arguments.
PLACES = {"storage copy"}
ARGUMENTS = {"INPUT": "note.txt", "INPUT...": "note.txt", "PACK": "Work", "NAME": "Work", "SHELL": "bash",
             "USER": "ada@example.org", "PLAN": "credits", "PACKAGE": "small"}
OPTIONS = {
    "source add": ["note.txt"],
    "user create": ["--email", "ada@example.org"],
    "user suspend": ["--reason", "x"],
    "user unsuspend": ["--reason", "x"],
    "user update": ["--name", "Ada"],
    "payment assign": ["--reason", "x"],
    "credits grant": ["--credits", "1", "--key", "k"],
    "checkout create": ["--success-url", "https://example.org/"],
    "webhook stripe": ["--signature", "t=1,v1=00"],
}


def names(test):
    """Every command, as the overview lists them."""
    overview = test.ok("help").out.split("\nOptions of every command\n")[0]
    return re.findall(r"^  (\S+(?: \S+)?)  ", overview, re.MULTILINE)


def line(test, command):
    text = test.ok("help", *command.split()).out
    usage = re.search(rf"contextpack {command} ?(?:\[OPTION\.\.\.\])? ?(.*)", text).group(1)
    words = [ARGUMENTS.get(word, ID) for word in usage.split() if not word.startswith("[")]
    options = list(OPTIONS.get(command, []))
    if command.startswith("admin "):
        options += ["--admin", ID, *([] if command == "admin log" else ["--reason", "x"])]
        options += ["--credits", "1"] if "--credits" in text else []
        options += ["--key", "k"] if "--key" in text else []
        options += ["--amount-cents", "1"] if "--amount-cents" in text else []
    if command == "pack rename":
        words = ["Work", "Play"]
    return [*command.split(), *words, *options, *(["--yes"] if "--yes" in text else [])]
