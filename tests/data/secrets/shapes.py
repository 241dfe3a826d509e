"""Made-up credentials and identity numbers of known shapes, for tests. Nothing here was ever issued.

Tokens are put together when a test runs, so that no file of the source tree holds a text that looks like a live one."""
import base64
import random
import string

ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
B64 = ALNUM + "+/"
URLSAFE = ALNUM + "-_"


class Shapes:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, alphabet, count):
        return "".join(self.random.choice(alphabet) for _ in range(count))

    def digits(self, count):
        return self.pick(string.digits, count)

    def base64(self, size):
        return base64.b64encode(bytes(self.random.randrange(256) for _ in range(size))).decode()

    # --- tokens ---------------------------------------------------------------------------------------------------
    def openai(self):
        form = self.random.randrange(3)
        if form == 0:
            return "sk-" + self.pick(ALNUM, 20) + "T3Blbk" + "FJ" + self.pick(ALNUM, 20)
        prefix = "sk-proj-" if form == 1 else "sk-svcacct-"
        return prefix + self.pick(URLSAFE, 74) + "T3Blbk" + "FJ" + self.pick(URLSAFE, 73) + "A"

    def anthropic(self):
        return "sk-" + "ant-" + self.random.choice(["api03-", "admin01-"]) + self.pick(URLSAFE, 93) + "AA"

    def aws_access(self):
        return self.random.choice(["AK" + "IA", "AS" + "IA"]) + self.pick(string.ascii_uppercase + "234567", 16)

    def aws_secret(self):
        return self.pick(B64, 39) + self.pick(ALNUM, 1)

    def github(self):
        return self.random.choice(["gh" + "p_", "gh" + "o_", "gh" + "s_", "gh" + "u_"]) + self.pick(ALNUM, 36)

    def github_pat(self):
        return "github" + "_pat_" + self.pick(ALNUM, 22) + "_" + self.pick(ALNUM, 59)

    def gitlab(self):
        return "gl" + "pat-" + self.pick(URLSAFE, 19) + self.pick(ALNUM, 1)

    def slack(self):
        form = self.random.randrange(3)
        if form == 0:
            return "xo" + "xb-" + self.digits(12) + "-" + self.digits(13) + "-" + self.pick(ALNUM, 24)
        if form == 1:
            return ("xo" + "xp-" + self.digits(11) + "-" + self.digits(12) + "-" + self.digits(13) + "-" +
                    self.pick(HEX, 32))
        return "xa" + "pp-1-A" + self.pick(UPPER, 10) + "-" + self.digits(13) + "-" + self.pick(HEX, 64)

    def slack_webhook(self):
        return ("https://hooks." + "slack.com/services/T" + self.pick(UPPER, 10) + "/B" + self.pick(UPPER, 10) + "/" +
                self.pick(ALNUM, 24))

    def discord_webhook(self):
        return "https://discord" + ".com/api/webhooks/" + self.digits(19) + "/" + self.pick(URLSAFE, 68)

    def stripe(self):
        return self.random.choice(["sk_" + "live_", "rk_" + "live_", "sk_" + "test_"]) + self.pick(
            ALNUM, self.random.choice([24, 99]))

    def stripe_webhook(self):
        return "wh" + "sec_" + self.pick(ALNUM, 32)

    def google(self):
        return "AI" + "za" + self.pick(URLSAFE, 34) + self.pick(ALNUM, 1)

    def google_oauth(self):
        if self.random.randrange(2):
            return "GOC" + "SPX-" + self.pick(URLSAFE, 27) + self.pick(ALNUM, 1)
        return "ya" + "29.a0" + self.pick(URLSAFE, 160) + "A"

    def azure_storage(self):
        return self.base64(64)

    def azure_client(self):
        return self.pick(ALNUM, 3) + "8" + "Q~" + self.pick(ALNUM + "_", 33) + "a"

    def huggingface(self):
        return "h" + "f_" + self.pick(string.ascii_letters, 34)

    def npm(self):
        return "np" + "m_" + self.pick(ALNUM, 36)

    def pypi(self):
        return "py" + "pi-AgEIcHlwaS5vcmc" + self.pick(URLSAFE, 120) + "x"

    def sendgrid(self):
        return "S" + "G." + self.pick(URLSAFE, 21) + "a." + self.pick(URLSAFE, 42) + "b"

    def twilio(self):
        return "S" + "K" + self.pick(HEX, 32)

    def telegram(self):
        return self.pick("123456789", 1) + self.digits(9) + ":" + "AA" + self.pick(URLSAFE, 32) + "k"

    def discord(self):
        return (self.random.choice(["MT", "Nz", "OD"]) + self.pick(ALNUM, 22) + "." + self.pick(URLSAFE, 6) + "." +
                self.pick(URLSAFE, 37) + "w")

    def jwt(self):
        def part(text):
            return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

        head = part('{"alg":"HS256","typ":"JWT"}')
        body = part('{"sub":"%s","role":"service","iat":17%s}' % (self.digits(10), self.digits(8)))
        return head + "." + body + "." + self.pick(URLSAFE, 42) + "Q"

    def digitalocean(self):
        return "do" + "p_v1_" + self.pick(HEX, 64)

    def shopify(self):
        return self.random.choice(["shp" + "at_", "shp" + "ss_", "shp" + "ca_"]) + self.pick(HEX, 32)

    def mailgun(self):
        return "ke" + "y-" + self.pick(HEX, 32)

    def mailchimp(self):
        return self.pick(HEX, 32) + "-us" + str(self.random.randrange(1, 21))

    def supabase(self):
        if self.random.randrange(2):
            return "sb" + "_secret_" + self.pick(URLSAFE, 21) + "a_" + self.pick(ALNUM, 8)
        return "sb" + "p_" + self.pick(HEX, 40)

    def databricks(self):
        return "da" + "pi" + self.pick(HEX, 32)

    def age(self):
        return "AGE-SECRET" + "-KEY-1" + self.pick("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)

    def prefixed(self):
        """Vendors whose tokens are a name and random letters."""
        forms = [("lin" + "_api_", ALNUM, 40), ("nt" + "n_", ALNUM, 46), ("fig" + "d_", URLSAFE, 40),
                 ("ATA" + "TT3xFfGF0", URLSAFE, 180), ("gl" + "sa_", ALNUM, 32), ("PM" + "AK-", HEX, 24),
                 ("dp" + ".pt.", ALNUM, 43), ("sntr" + "ys_", ALNUM, 80), ("NR" + "AK-", UPPER, 27),
                 ("hv" + "s.", URLSAFE, 95), ("pu" + "l-", HEX, 40), ("pscale" + "_tkn_", URLSAFE, 43),
                 ("ruby" + "gems_", HEX, 48), ("dckr" + "_pat_", URLSAFE, 27), ("gs" + "k_", ALNUM, 52),
                 ("r8" + "_", ALNUM, 37), ("pp" + "lx-", ALNUM, 48), ("xa" + "i-", ALNUM, 80),
                 ("sk-or" + "-v1-", HEX, 64), ("xkey" + "sib-", HEX, 64), ("nv" + "api-", URLSAFE, 64),
                 ("tsk" + "ey-auth-", ALNUM, 30), ("sg" + "p_", HEX, 40), ("rzp" + "_live_", ALNUM, 14),
                 ("re" + "_", ALNUM, 32), ("tv" + "ly-", ALNUM, 32), ("HR" + "KU-AA", URLSAFE, 58),
                 ("sq0" + "atp-", URLSAFE, 22), ("LT" + "AI5t", ALNUM, 20), ("ls" + "v2_pt_", HEX, 32)]
        prefix, alphabet, count = self.random.choice(forms)
        value = prefix + self.pick(alphabet, count - 1) + self.pick(
            HEX if alphabet == HEX else UPPER if alphabet == UPPER else ALNUM, 1)
        if prefix.startswith("gl"):
            value += "_" + self.pick(HEX, 8)
        if prefix.startswith("PM"):
            value += "-" + self.pick(HEX, 34)
        if prefix.startswith("ls"):
            value += "_" + self.pick(HEX, 10)
        if prefix.startswith("xk"):
            value += "-" + self.pick(ALNUM, 16)
        return value

    def private_key(self):
        name = self.random.choice(["RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "])
        lines = [self.base64(48) for _ in range(self.random.randrange(3, 20))]
        return ("-----BEGIN " + name + "PRIVATE" + " KEY-----\n" + "\n".join(lines) + "\n-----END " + name +
                "PRIVATE" + " KEY-----")

    # --- words ----------------------------------------------------------------------------------------------------
    def password(self):
        words = ["horse", "Sommer", "blue", "Tiger", "maple", "Kaffee", "dragon", "Orange", "nacht", "Winter", "luna"]
        form = self.random.randrange(5)
        if form == 0:
            return self.random.choice(words) + self.random.choice("!#$%&*") + self.digits(4)
        if form == 1:
            return self.pick(ALNUM, 12) + self.pick(string.digits, 1)
        if form == 2:
            return "-".join(self.random.choice(words) for _ in range(3)) + "-" + self.digits(2)
        if form == 3:
            return self.random.choice(words).capitalize() + self.digits(3) + self.random.choice("!?#$")
        return self.pick(ALNUM, 5) + self.random.choice("#$%&*@") + self.pick(ALNUM, 6) + self.digits(1)

    # --- numbers --------------------------------------------------------------------------------------------------
    @staticmethod
    def luhn(digits):
        total = 0
        for i, digit in enumerate(reversed(digits)):
            value = int(digit) * (2 if i % 2 == 0 else 1)
            total += value - 9 if value > 9 else value
        return str(-total % 10)

    def card(self):
        prefix, count = self.random.choice([("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15),
                                            ("6011", 16), ("3528", 16), ("36", 14)])
        body = prefix + self.digits(count - 1 - len(prefix))
        return body + self.luhn(body)

    def card_spaced(self):
        card = self.card()
        gap = self.random.choice([" ", "-", "\u00a0"])
        if len(card) == 15:
            return gap.join([card[:4], card[4:10], card[10:]])
        if len(card) == 14:
            return gap.join([card[:4], card[4:10], card[10:]])
        return gap.join(card[i:i + 4] for i in range(0, 16, 4))

    def iban(self):
        country, pattern = self.random.choice([("DE", "n" * 18), ("GB", "aaaa" + "n" * 14), ("FR", "n" * 23),
                                               ("ES", "n" * 20), ("NL", "aaaa" + "n" * 10), ("CH", "n" * 17),
                                               ("AT", "n" * 16), ("PL", "n" * 24), ("BE", "n" * 12),
                                               ("IT", "a" + "n" * 22)])
        body = "".join(self.digits(1) if c == "n" else self.pick(string.ascii_uppercase, 1) for c in pattern)
        number = int("".join(str(int(c, 36)) for c in body + country + "00"))
        text = country + "%02d" % (98 - number % 97) + body
        if self.random.randrange(2):
            text = " ".join(text[i:i + 4] for i in range(0, len(text), 4))
        return text

    def us_ssn(self):
        area = self.random.choice([n for n in range(101, 899) if n != 666])
        return "%03d-%02d-%04d" % (area, self.random.randrange(1, 99), self.random.randrange(1, 9999))

    def uk_nino(self):
        text = self.random.choice(["AB", "JK", "PX", "SN", "CE"]) + self.digits(6) + self.random.choice("ABCD")
        return " ".join([text[:2], text[2:4], text[4:6], text[6:8], text[8]]) if self.random.randrange(2) else text

    def de_tax_id(self):
        while True:
            order = list("1234567890")
            self.random.shuffle(order)
            body = order[:9] + [self.random.choice(order[:9])]
            self.random.shuffle(body)
            if body[0] != "0" and max(body.count(c) for c in body) == 2:
                break
        product = 10
        for digit in body:
            total = (int(digit) + product) % 10 or 10
            product = total * 2 % 11
        return "".join(body) + str((11 - product) % 10)

    def es_dni(self):
        number = self.random.randrange(10000000, 99999999)
        return "%08d" % number + "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]

    def fr_insee(self):
        body = "%d%02d%02d%02d%03d%03d" % (self.random.choice([1, 2]), self.random.randrange(40, 99),
                                          self.random.randrange(1, 13), self.random.randrange(1, 95),
                                          self.random.randrange(1, 990), self.random.randrange(1, 999))
        key = "%02d" % (97 - int(body) % 97)
        if self.random.randrange(2):
            return " ".join([body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:13], key])
        return body + key

    def it_fiscal(self):
        odd = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                       [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8,
                        12, 14, 16, 10, 22, 25, 24, 23]))
        body = (self.pick("BCDFGLMNPRSTVZ", 6) + "%02d" % self.random.randrange(40, 99) +
                self.random.choice("ABCDEHLMPRST") + "%02d" % self.random.randrange(1, 29) +
                self.random.choice("ABCDEFGHL") + "%03d" % self.random.randrange(100, 999))
        total = sum(odd[c] if i % 2 == 0 else int(c) if c.isdigit() else ord(c) - 65 for i, c in enumerate(body))
        return body + chr(65 + total % 26)

    def br_cpf(self):
        body = [int(d) for d in self.digits(9)]
        for _ in range(2):
            total = sum(d * (len(body) + 1 - i) for i, d in enumerate(body))
            body.append((total * 10) % 11 % 10)
        text = "".join(map(str, body))
        return "%s.%s.%s-%s" % (text[:3], text[3:6], text[6:9], text[9:])

    def in_aadhaar(self):
        d = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
             [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
             [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
             [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
        p = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
             [8, 9, 1, 6, 0, 4, 3, 5, 2, 7], [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
             [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8]]
        inverse = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9]
        body = self.pick("23456789", 1) + self.digits(10)
        check = 0
        for i, digit in enumerate(reversed(body)):
            check = d[check][p[(i + 1) % 8][int(digit)]]
        text = body + str(inverse[check])
        return " ".join([text[:4], text[4:8], text[8:]])

    def in_pan(self):
        return self.pick(string.ascii_uppercase, 3) + "P" + self.pick(string.ascii_uppercase, 1) + self.digits(
            4) + self.pick(string.ascii_uppercase, 1)

    def cn_id(self):
        body = "%06d%04d%02d%02d%03d" % (self.random.choice([110105, 310115, 440106, 330102, 510104]),
                                        self.random.randrange(1950, 2005), self.random.randrange(1, 13),
                                        self.random.randrange(1, 29), self.random.randrange(1, 999))
        weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights)) % 11]

    def jp_my_number(self):
        body = self.digits(11)
        total = sum(int(c) * (n + 1 if n <= 6 else n - 5) for n, c in zip(range(11, 0, -1), body))
        check = 11 - total % 11
        return body + str(0 if check > 9 else check)

    def pl_pesel(self):
        body = "%02d%02d%02d%s" % (self.random.randrange(40, 99), self.random.randrange(1, 13),
                                  self.random.randrange(1, 29), self.digits(4))
        return body + str(-sum(int(c) * w for c, w in zip(body, [1, 3, 7, 9] * 3)) % 10)

    def nl_bsn(self):
        while True:
            body = self.pick("123456789", 1) + self.digits(7)
            check = sum(int(c) * w for c, w in zip(body, range(9, 1, -1))) % 11
            if check < 10:
                return body + str(check)

    def se_personnummer(self):
        body = "%02d%02d%02d%s" % (self.random.randrange(40, 99), self.random.randrange(1, 13),
                                  self.random.randrange(1, 29), self.digits(3))
        return body[:6] + "-" + body[6:] + self.luhn(body)

    def passport(self):
        return self.random.choice([self.pick("CFGHJKLMNPRTVWXYZ", 1) + self.pick("CFGHJKLMNPRTVWXYZ0123456789", 7) +
                                   self.digits(1), self.digits(9), self.pick(string.ascii_uppercase, 2) +
                                   self.digits(7)])

    def seed_phrase(self):
        words = ("abandon ability able about above absent absorb abstract absurd abuse access accident account accuse "
                 "achieve acid acoustic acquire across act action actor actress actual adapt add addict address adjust "
                 "admit adult advance advice aerobic affair afford afraid again age agent agree ahead aim air airport "
                 "aisle alarm album alcohol alert alien all alley allow almost alone alpha already also alter always "
                 "zebra zero zone zoo youth wrist wrestle wonder witness window wheel whale velvet vault umbrella "
                 "tunnel trumpet tornado timber symbol sunset sugar stadium spider solar slender").split()
        return " ".join(self.random.choice(words) for _ in range(self.random.choice([12, 24])))
