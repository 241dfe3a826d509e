"""The development half: what the detector was made and corrected with."""
import base64

from shapes import ALNUM, B64, HEX, LOWER, UPPER, URLSAFE, Shapes

PLACES = ["{}", "key: {}", "My key is {}.", "Why does {} not work?", "client = Client(api_key=\"{}\")", "TOKEN={}",
          "\"token\": \"{}\",", "    token: {}  # rotate", "$ tool login --token {}", "https://api.example.com/v1?key={}",
          "<code>{}</code>", "Hier ist mein Schlüssel: {} Danke!", "我的 key 是 {} ，谢谢", "le jeton {} ne marche pas",
          "{\\\"auth\\\": \\\"{}\\\"}", "line one\\n{}\\nline two", "| prod | {} |", "- {}", "key ({}), twice",
          "Ключ {} больше не работает"]

TOKENS = ["openai", "anthropic", "aws_access", "github", "github_pat", "gitlab", "slack", "slack_webhook",
          "discord_webhook", "stripe", "stripe_webhook", "google", "google_oauth", "azure_client", "huggingface", "npm",
          "pypi", "sendgrid", "twilio", "telegram", "discord", "jwt", "digitalocean", "shopify", "mailgun", "supabase",
          "databricks", "age", "private_key", "prefixed", "prefixed", "prefixed", "prefixed"]

PASSWORDS = ["My password is {}", "password is {}.", "so the password was {} and", "Password for the NAS: {}",
             "password for my email account is {}", "pwd={}", "PASSWORD=\"{}\"", "Mein Passwort lautet {}.",
             "WLAN-Passwort: {}", "Das Passwort für den Server ist {}", "Mot de passe wifi : {}", "le mdp est {}",
             "la contraseña del wifi es {}", "mi clave: {}", "a senha do banco é {}", "la password del router è {}",
             "мой пароль: {}", "пароль от почты {}", "wifi şifresi: {}", "Wi-Fiのパスワードは{}です。", "密码：{}", "登录密码是 {}",
             "비번은 {}", "كلمة مرور الواي فاي: {}", "mijn wachtwoord is {}", "moje hasło to {}", "mitt lösenord är {}",
             "mật khẩu là {}", "user: tom\npassword: {}\nport: 22", "\"db_password\": \"{}\"", "{\\\"password\\\":\\\"{}\\\"}",
             "REDIS_PASSWORD='{}'", "mysql -h db -u shop -p{} shop", "curl -u admin:{} https://example.com/api",
             "config['password'] = '{}'", "identified by password '{}'", "ADMIN_PASS={}", "smtp_pass: {}"]

OTHER = [
    ("url_password", ["postgresql://app:{}@localhost/app", "mongodb://root:{}@10.1.2.3:27017", "https://bob:{}@example.org/a",
                      "smtp://mailer:{}@smtp.example.com:587"]),
    ("aws_secret", ["AWS_SECRET_ACCESS_KEY={}", "aws_secret_access_key={}", "export AWS_SECRET_ACCESS_KEY=\"{}\"",
                    "AWS secret: {}"]),
    ("azure_storage", ["AccountName=a;AccountKey={};", "SharedAccessKeyName=r;SharedAccessKey={}"]),
    ("mailchimp", ["{}", "mc = '{}'"]),
    ("card", ["my visa {} please", "card {}", "{} exp 12/29 cvv 987", "Kreditkarte: {}"]),
    ("card_spaced", ["{}", "Use {} for the hotel.", "number {}", "番号 {}"]),
    ("iban", ["IBAN: {}", "{}", "auf das Konto {} überweisen", "virement sur {}"]),
    ("us_ssn", ["SSN: {}", "My social security number is {}", "{} is my SSN"]),
    ("uk_nino", ["NINO: {}", "national insurance {}"]),
    ("de_tax_id", ["Steuer-ID: {}", "Meine steuerliche Identifikationsnummer lautet {}"]),
    ("es_dni", ["DNI: {}", "Mi DNI es el {}"]),
    ("fr_insee", ["numéro de sécu {}", "Sécurité sociale : {}"]),
    ("it_fiscal", ["codice fiscale {}", "{}"]),
    ("br_cpf", ["CPF {}", "{}"]),
    ("in_aadhaar", ["Aadhaar: {}", "aadhaar no {}"]),
    ("in_pan", ["PAN: {}", "my PAN card number is {}"]),
    ("cn_id", ["身份证{}", "{}"]),
    ("jp_my_number", ["マイナンバー：{}"]),
    ("pl_pesel", ["PESEL {}", "numer PESEL: {}"]),
    ("nl_bsn", ["BSN {}", "mijn burgerservicenummer is {}"]),
    ("se_personnummer", ["Personnummer: {}"]),
    ("passport", ["passport number: {}", "Mein Reisepass Nr. {}", "passport no. {}"]),
    ("seed_phrase", ["seed phrase: {}", "{}", "My mnemonic:\n{}"]),
    ("bearer", ["Authorization: Bearer {}", "'Authorization': 'Bearer {}'"]),
]


def positives(seed=1):
    shapes = Shapes(seed)
    cases = []

    def add(kind, text, value):
        before, after = text.split("{}")
        cases.append((kind, before + value + after, value))

    for turn in range(3):
        for i, kind in enumerate(TOKENS):
            add(kind, PLACES[(i * 3 + turn * 7) % len(PLACES)], getattr(shapes, kind)())
    for turn in range(2):
        for text in PASSWORDS:
            add("password", text, shapes.password())
    for kind, texts in OTHER:
        for text in texts:
            value = shapes.pick(ALNUM, 39) + "2" if kind == "bearer" else getattr(
                shapes, "password" if kind == "url_password" else kind)()
            if kind == "url_password":
                value = value.replace("@", "x").replace("#", "y").replace("?", "z").replace("%", "w")
            add(kind, text, value)
    add("basic", "Authorization: Basic {}", base64.b64encode(("bob:" + shapes.password()).encode()).decode())
    add("card", "card {}", "".join(chr(ord(c) - 0x30 + 0xFF10) for c in shapes.card()))
    add("card", "card {}", "\u00a0".join([shapes.card()[:0] + c for c in [shapes.card()]]))
    for name in ("SECRET_KEY_BASE", "NEXTAUTH_SECRET", "OPENAI_KEY", "SESSION_SECRET", "AUTH_TOKEN", "MASTER_KEY"):
        add("assignment", "%s={}" % name, shapes.pick(ALNUM, 40) + "9")
        add("assignment", "\"%s\": \"{}\"," % name.lower(), shapes.pick(HEX, 48))
    return cases


def lookalikes(seed=2):
    shapes = Shapes(seed)
    random = shapes.random
    makers = [
        lambda: "HEAD is now at %s Fix the build" % shapes.pick(HEX, 9),
        lambda: "index %s..%s 100644" % (shapes.pick(HEX, 10), shapes.pick(HEX, 10)),
        lambda: "\"gitHead\": \"%s\"," % shapes.pick(HEX, 40),
        lambda: "id: %s-%s-4%s-8%s-%s" % (shapes.pick(HEX, 8), shapes.pick(HEX, 4), shapes.pick(HEX, 3), shapes.pick(HEX, 3),
                                          shapes.pick(HEX, 12)),
        lambda: "order number %s" % shapes.digits(16),
        lambda: "Sendungsnummer %s" % shapes.digits(20),
        lambda: "2024-%02d-%02d %02d:%02d:%02d,%03d INFO started" % tuple(random.randrange(1, 28) for _ in range(6)),
        lambda: "postgres=# select %s;" % shapes.digits(15),
        lambda: "\"resolved\": \"https://example.org/a/-/a-%d.%d.%d.tgz#%s\"" % (1, 2, 3, shapes.pick(HEX, 40)),
        lambda: "integrity sha512-%s" % shapes.base64(64),
        lambda: "ISBN-13: 978%s" % shapes.digits(10),
        lambda: "phone +1 (%s) %s-%s" % (shapes.digits(3), shapes.digits(3), shapes.digits(4)),
        lambda: "IMEI %s" % shapes.digits(15),
        lambda: "data:font/woff2;base64,d09GMgABAAAAA%s" % shapes.base64(90),
        lambda: "%s.%s.%s.%s:%s" % tuple(str(random.randrange(1, 255)) for _ in range(5)),
        lambda: "[%s] worker-%s finished job %s" % (shapes.digits(13), shapes.digits(2), shapes.pick(HEX, 24)),
        lambda: "cache_key = \"%s\"" % shapes.pick(HEX, 40),
        lambda: "x = [0.%s, 0.%s, 0.%s]" % (shapes.digits(17), shapes.digits(17), shapes.digits(17)),
        lambda: "pk_test_%s" % shapes.pick(ALNUM, 24),
        lambda: "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ%s user@host" % shapes.base64(120),
        lambda: "next_page_token: %s" % shapes.pick(URLSAFE, 44),
        lambda: "Expires: %s, etag %s" % (shapes.digits(10), shapes.pick(HEX, 32)),
        lambda: "acct_1%s in_1%s sub_1%s" % (shapes.pick(ALNUM, 15), shapes.pick(ALNUM, 23), shapes.pick(ALNUM, 23)),
        lambda: "class=\"css-%s sc-%s\"" % (shapes.pick(LOWER, 7), shapes.pick(LOWER, 8)),
    ]
    lines = [makers[i % len(makers)]() for i in range(240)]
    lines += """my password is not accepted
what is the password policy here
Password123 is a weak password, they say? password strength: weak
password: string
password?: string
password: Password
password=None
"password": "password"
"password": {"type": "string", "minLength": 8}
password = input("Password: ")
password = getpass.getpass()
self.password = password
password1 = forms.CharField(widget=forms.PasswordInput)
$password = $_POST['password'];
password := os.Getenv("DB_PASSWORD")
PASSWORD=$(cat /run/secrets/db)
PASSWORD=${DB_PASSWORD:?required}
DB_PASSWORD={{ .Values.db.password }}
password: "{{ vault_password }}"
password: ""
password: ENC[AES256]
password hashing with argon2id
password: bcrypt
the password field has 255 characters
password VARCHAR(255) NOT NULL
password reset link expires in 24h
Passwort: mindestens 8 Zeichen
das Passwort ist nicht sicher
mot de passe : obligatoire
le mot de passe est trop court
contraseña: obligatoria
la contraseña es necesaria
senha: obrigatória
пароль: обязателен
пароль не подходит
パスワードは8文字以上です
パスワードを入力してください
密码长度至少8位
密码是必填项
비밀번호는 8자 이상
api_key = os.environ["API_KEY"]
api_key="your_api_key"
api_key: str | None = None
API_KEY=
API_KEY=sk-...
OPENAI_API_KEY=sk-...your key...
apiKey: "<API_KEY>"
apiKey = settings.api_key
token = request.headers.get("Authorization")
token = jwt.encode(payload, key)
token: Token
tokens = tokenizer.encode(text)
max_tokens: 128000
token_count=1234567890123456
const secret = process.env.SECRET!
secret: kubernetes.io/service-account-token
secretKeyRef: name
Authorization: Bearer $TOKEN
Authorization: Bearer {access_token}
Authorization: Basic <base64>
Basic Authentication
Basic Programming101
https://user:pass@example.com
https://username:password@example.com/
postgres://postgres:postgres@localhost:5432/postgres
git@github.com:owner/name.git
ssh://git@example.com:2222/a.git
http://localhost:3000/@fs/a
sk-1234
sk-...abcd
sk-proj-xxxxxxxxxxxxxxxx
sk-learn-contrib-metric-learn-tutorial-part-2
ghp_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX
AKIA****************
AKIAIOSFODNN7EXAMPLE
-----BEGIN RSA PRIVATE KEY-----
-----BEGIN CERTIFICATE REQUEST-----
Put the text between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----.
4242 is the answer to 4242
1234-5678-9012-3456
pages 4111 1112 1113 1114
9999 9999 9999 9999
order 4111111111111111 shipped
IBAN: GB00 WEST 1234 5698 7654 32
IBAN stands for International Bank Account Number
SSN: XXX-XX-XXXX
the SSN has the form 123-45-6789
social security is a system
passport control is on the left
passport: valid until 2031
new passport, 12 pages
Steuer-ID fehlt noch
DNI caducado
CPF inválido
123.456.789-00
BSN nummer invullen
PESEL jest wymagany
seed: 1337
set the random seed to 20240131
the wallet is lost
a mnemonic for the planets is useful
my very educated mother just served us nine pizzas
about actor act add age agent agree air
key: value
primary key: id
foreign_key: user_id_20240101000000
the key is A minor
public_key: %s
""".strip().split("\n")
    lines[-1] = "public_key: " + shapes.pick(HEX, 64)
    return lines
