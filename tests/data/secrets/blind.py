"""The blind half: written before the detector, and not looked at while it was made."""
import base64

from shapes import ALNUM, B64, HEX, LOWER, UPPER, URLSAFE, Shapes

# kind: texts around the value, which stands for {}.
CHAT = ["here is my key {} can you tell me why the request fails?", "I set it to {} and now I get a 401.",
        "curl -H 'x-api-key: {}' https://api.example.org/v2/items", "is {} still valid?",
        "const client = new Client({{ token: \"{}\" }});", "export TOKEN={}\nnpm start",
        "config.yml:\n  auth:\n    token: '{}'\n    retries: 3", "El token es {}, gracias.",
        "das Token lautet {} und steht in der .env", "これがキーです：{}。", "`{}`", "[\"{}\",\"eu-west-1\"]",
        "Traceback (most recent call last):\n  File \"a.py\", line 3\nAuthError: invalid key {}", "({})",
        "key={}&limit=20", "我的密钥是{}，请帮我看看"]

TOKENS = ["openai", "anthropic", "aws_access", "github", "github_pat", "gitlab", "slack", "slack_webhook",
          "discord_webhook", "stripe", "stripe_webhook", "google", "google_oauth", "azure_client", "huggingface", "npm",
          "pypi", "sendgrid", "twilio", "telegram", "discord", "jwt", "digitalocean", "shopify", "mailgun", "supabase",
          "databricks", "age", "private_key", "prefixed", "prefixed", "prefixed", "prefixed"]

PASSWORDS = ["my password is {}", "the wifi password is {} if you need it", "Password: {}", "pw: {}",
             "username: maria\npassword: {}\n", "login admin / password {}", "Mein Passwort ist {} und ich komme nicht rein",
             "Passwort: {}", "das Kennwort lautet {}", "mon mot de passe est {}", "mot de passe : {}",
             "mi contraseña es {}", "la clave es {} y el usuario es root", "Contraseña: {}", "minha senha é {}",
             "Senha: {}", "la mia password è {}", "мой пароль {}", "Пароль: {}", "şifrem {}", "Şifre: {}",
             "パスワードは{}です", "パスワード：{}", "密码是{}", "我的密码：{}", "비밀번호는 {} 입니다", "비밀번호: {}",
             "كلمة المرور هي {}", "كلمة السر: {}", "wachtwoord: {}", "hasło to {}", "Lösenord: {}", "heslo: {}",
             "mật khẩu: {}", "पासवर्ड: {}", "DB_PASSWORD={}", "mysql -u root -p'{}'", "PGPASSWORD={} psql -h db shop",
             "\"password\": \"{}\",", "password = \"{}\"", "passphrase: {}", "spring.datasource.password={}",
             "<password>{}</password>", "sshpass -p {} ssh root@10.0.0.5", "my root passwort was {} back then"]

OTHER = [
    ("url_password", "password", ["postgres://shop:{}@db.example.com:5432/shop", "mongodb+srv://admin:{}@cluster0.ab1cd.mongodb.net/app",
                                  "redis://:{}@cache:6379/0", "git clone https://deploy:{}@git.example.com/a/b.git",
                                  "DATABASE_URL=mysql://root:{}@127.0.0.1/test", "amqp://guest:{}@mq.example.net//",
                                  "ftp://bob:{}@files.example.org/x.zip"]),
    ("aws_secret", "aws_secret", ["aws_secret_access_key = {}", "AWS_SECRET_ACCESS_KEY={}", "secretAccessKey: '{}',",
                                  "\"SecretAccessKey\": \"{}\""]),
    ("azure_storage", "azure_storage", ["DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={};EndpointSuffix=core.windows.net",
                                        "AccountKey={}"]),
    ("mailchimp", "mailchimp", ["MAILCHIMP_API_KEY={}", "mailchimp key {}"]),
    ("card", "card", ["my card number is {}", "Karte {} gültig bis 11/27", "pay with {} please", "VISA {}", "card={}&cvc=123",
                      "カード番号は{}です"]),
    ("card_spaced", "card", ["{}", "my card is {} exp 04/28", "tarjeta: {}", "num. carte {}", "cc {} cvv 123"]),
    ("iban", "iban", ["IBAN {}", "please transfer to {} until Friday", "Meine IBAN lautet {}.", "compte: {}", "{}"]),
    ("us_ssn", "national_id", ["my SSN is {}", "Social Security Number: {}", "ssn {}", "social: {}"]),
    ("uk_nino", "national_id", ["my National Insurance number is {}", "NI number: {}", "NINO {}"]),
    ("de_tax_id", "national_id", ["meine Steuer-ID ist {}", "Steueridentifikationsnummer: {}", "IdNr. {}"]),
    ("es_dni", "national_id", ["mi DNI es {}", "NIF: {}", "DNI {}"]),
    ("fr_insee", "national_id", ["mon numéro de sécurité sociale est {}", "N° INSEE : {}", "NIR {}"]),
    ("it_fiscal", "national_id", ["il mio codice fiscale è {}", "C.F. {}", "CF: {}"]),
    ("br_cpf", "national_id", ["meu CPF é {}", "CPF: {}", "{}"]),
    ("in_aadhaar", "national_id", ["my Aadhaar number is {}", "aadhar: {}", "आधार {}"]),
    ("in_pan", "national_id", ["my PAN is {}", "PAN card: {}", "PAN {}"]),
    ("cn_id", "national_id", ["身份证号：{}", "我的身份证号码是{}", "{}"]),
    ("jp_my_number", "national_id", ["マイナンバーは{}です", "個人番号：{}", "My Number: {}"]),
    ("pl_pesel", "national_id", ["mój PESEL to {}", "PESEL: {}"]),
    ("nl_bsn", "national_id", ["mijn BSN is {}", "burgerservicenummer {}", "BSN: {}"]),
    ("se_personnummer", "national_id", ["mitt personnummer är {}", "personnummer: {}"]),
    ("passport", "passport", ["my passport number is {}", "Passport No: {}", "Reisepassnummer {}", "numéro de passeport : {}",
                              "número de pasaporte {}"]),
    ("seed_phrase", "seed_phrase", ["my seed phrase is: {}", "Recovery phrase:\n{}\n", "wallet backup {}"]),
    ("bearer", "authorization", ["Authorization: Bearer {}", "-H \"Authorization: Bearer {}\"", "authorization: token {}"]),
]


def full_width(text):
    return "".join(chr(ord(c) - 0x30 + 0xFF10) if c.isdigit() else c for c in text)


def positives(seed=20261):
    shapes = Shapes(seed)
    cases = []

    def add(kind, text, value):
        before, after = text.split("{}") if "{{" not in text else [t.format() for t in text.split("{}")]
        cases.append((kind, before + value + after, value))

    for turn in range(4):
        for i, kind in enumerate(TOKENS):
            add(kind, CHAT[(i * 5 + turn * 7 + turn) % len(CHAT)], getattr(shapes, kind)())
    for text in PASSWORDS:
        add("password", text, shapes.password())
    for kind, _, texts in OTHER:
        for text in texts:
            value = shapes.pick(ALNUM, 31) + "7" if kind == "bearer" else getattr(
                shapes, "password" if kind == "url_password" else kind)()
            if kind == "url_password":
                value = value.replace("@", "x").replace("#", "y").replace("?", "z").replace("%", "w")
            add(kind, text, value)
    user = base64.b64encode(("admin:" + shapes.password()).encode()).decode()
    add("basic", "Authorization: Basic {}", user)
    add("basic", "-H 'authorization: basic {}' http://10.0.0.2/", user)
    for _ in range(4):
        add("card", "full width {}", full_width(shapes.card()))
        add("card", "hidden {} ok", "\u200b".join(shapes.card()))
    for kind in ("github", "anthropic", "aws_access"):
        value = getattr(shapes, kind)()
        add(kind, "wrapped {} end", value[:9] + "\u200b" + value[9:])
    for name in ("SECRET_KEY", "API_SECRET", "STRIPE_KEY", "JWT_SECRET", "CLIENT_SECRET", "ENCRYPTION_KEY", "VERCEL_TOKEN",
                 "TWILIO_AUTH_TOKEN", "ALGOLIA_ADMIN_API_KEY", "DATADOG_API_KEY", "CLOUDFLARE_API_TOKEN", "WANDB_API_KEY"):
        add("assignment", "PORT=3000\n%s={}\nNODE_ENV=production" % name, shapes.pick(ALNUM, 30) + "4x")
        add("assignment", "%s: \"{}\"" % name.lower(), shapes.pick(HEX, 40))
    return cases


def lookalikes(seed=20262):
    """Made ones: logs, prose, identifiers, placeholders. Those from real code are in blind-lines.txt."""
    shapes = Shapes(seed)
    random = shapes.random
    lines = []

    def uuid():
        text = shapes.pick(HEX, 32)
        return "-".join([text[:8], text[8:12], "4" + text[13:16], "a" + text[17:20], text[20:]])

    def time():
        return "2024-%02d-%02dT%02d:%02d:%02d.%03dZ" % (random.randrange(1, 13), random.randrange(1, 29), random.randrange(24),
                                                       random.randrange(60), random.randrange(60), random.randrange(1000))

    makers = [
        lambda: "commit %s" % shapes.pick(HEX, 40),
        lambda: "%s refs/heads/main" % shapes.pick(HEX, 40),
        lambda: "Merge: %s %s" % (shapes.pick(HEX, 7), shapes.pick(HEX, 7)),
        lambda: "sha256:%s  linux-amd64.tar.gz" % shapes.pick(HEX, 64),
        lambda: "\"integrity\": \"sha512-%s\"," % shapes.base64(64),
        lambda: "md5sum %s" % shapes.pick(HEX, 32),
        lambda: "request_id=%s status=200 took=%dms" % (uuid(), random.randrange(900)),
        lambda: "%s INFO  order %s shipped" % (time(), shapes.digits(12)),
        lambda: "Order #%s-%s-%s has been delivered" % (shapes.digits(3), shapes.digits(7), shapes.digits(7)),
        lambda: "tracking number 1Z%s" % shapes.pick(UPPER, 16),
        lambda: "call me at +49 %s %s" % (shapes.digits(3), shapes.digits(8)),
        lambda: "tel (%s) %s-%s" % (shapes.digits(3), shapes.digits(3), shapes.digits(4)),
        lambda: "ISBN 978-3-%s-%s-%s" % (shapes.digits(3), shapes.digits(5), shapes.digits(1)),
        lambda: "from 2023-%02d-%02d to 2024-01-05" % (random.randrange(1, 13), random.randrange(1, 29)),
        lambda: "version %d.%d.%d-rc.%d+build.%s" % (random.randrange(9), random.randrange(20), random.randrange(99),
                                                    random.randrange(5), shapes.digits(8)),
        lambda: "timestamp %s" % ("17" + shapes.digits(11)),
        lambda: "<img src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUg%s\">" % shapes.base64(120),
        lambda: "fe80::%s:%s:%s:%s/64" % tuple(shapes.pick(HEX, 4) for _ in range(4)),
        lambda: "mac %s" % ":".join(shapes.pick(HEX, 2) for _ in range(6)),
        lambda: "https://www.youtube.com/watch?v=%s" % shapes.pick(URLSAFE, 11),
        lambda: "https://docs.google.com/document/d/1%s/edit" % shapes.pick(URLSAFE, 43),
        lambda: "https://example.com/p/%s?utm_source=mail&id=%s" % (shapes.pick(LOWER, 24), shapes.digits(10)),
        lambda: "ObjectId(\"%s\")" % shapes.pick(HEX, 24),
        lambda: "color: #%s; background: #%s" % (shapes.pick(HEX, 6), shapes.pick(HEX, 6)),
        lambda: "0x%s in main () at a.c:%d" % (shapes.pick(HEX, 16), random.randrange(900)),
        lambda: "ETag: W/\"%s\"" % shapes.pick(HEX, 32),
        lambda: "docker pull nginx@sha256:%s" % shapes.pick(HEX, 64),
        lambda: "container %s exited with code 1" % shapes.pick(HEX, 12),
        lambda: "trace_id=%s span_id=%s" % (shapes.pick(HEX, 32), shapes.pick(HEX, 16)),
        lambda: "arn:aws:iam::%s:role/deploy" % shapes.digits(12),
        lambda: "price_1%s prod_%s cus_%s" % (shapes.pick(ALNUM, 23), shapes.pick(ALNUM, 14), shapes.pick(ALNUM, 14)),
        lambda: "pi_3%s succeeded, evt_1%s" % (shapes.pick(ALNUM, 23), shapes.pick(ALNUM, 23)),
        lambda: "coordinates %s.%s, %s.%s" % (shapes.digits(2), shapes.digits(6), shapes.digits(2), shapes.digits(6)),
        lambda: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI%s me@host" % shapes.pick(ALNUM, 43),
        lambda: "-----BEGIN CERTIFICATE-----\n%s\n%s\n-----END CERTIFICATE-----" % (shapes.base64(48), shapes.base64(48)),
        lambda: "pk_live_%s is the publishable key" % shapes.pick(ALNUM, 24),
        lambda: "numbers: %s" % ", ".join(shapes.digits(random.randrange(2, 6)) for _ in range(8)),
        lambda: "EAN %s" % shapes.digits(13),
        lambda: "Rechnung Nr. %s vom 3.4.2024 über 119,00 EUR" % shapes.digits(10),
        lambda: "invoice INV-%s-%s" % (shapes.digits(4), shapes.digits(6)),
        lambda: "%s %s %s\n%s %s %s" % tuple(shapes.digits(4) for _ in range(6)),
        lambda: "train loss 0.%s val 0.%s lr 1e-%d" % (shapes.digits(16), shapes.digits(12), random.randrange(9)),
        lambda: "pod/web-%s-%s Running" % (shapes.pick(LOWER, 10), shapes.pick(LOWER, 5)),
        lambda: "\\u%s\\u%s\\u%s" % tuple(shapes.pick(HEX, 4) for _ in range(3)),
    ]
    for i in range(420):
        lines.append(makers[i % len(makers)]())
    lines += """sk-... is not a key
sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
OPENAI_API_KEY=your-api-key-here
OPENAI_API_KEY=sk-your-key
API_KEY=YOUR_API_KEY
API_KEY=<your key>
SECRET_KEY=${SECRET_KEY}
password = os.environ["DB_PASSWORD"]
password = os.getenv('PASSWORD')
password: string;
password: str = Field(min_length=8)
const { password } = req.body
if (!password) return res.status(400).send('password is required')
password is required
the password is too short
the password is not correct
your password is wrong, try again
my password is not working
The password is stored as a hash.
Password is case sensitive and must be at least 12 characters.
I forgot my password and can't log in
how do I reset my password?
password=********
password: [REDACTED]
password: null
Password must contain one uppercase letter
passwd: unrecognized option
<input type="password" name="password" id="password">
<label for="password">Password:</label>
password_hash = bcrypt.hashpw(password, salt)
user.password = hash(password)
postgres://user:password@localhost/db
postgres://USER:PASSWORD@HOST:5432/DB
mysql://<user>:<pass>@localhost
https://user:$PASSWORD@example.com
redis://localhost:6379
http://example.com:8080/a@b
Authorization: Bearer <token>
Authorization: Bearer YOUR_TOKEN
Authorization: Bearer ${token}
headers["Authorization"] = "Bearer " + token
token = get_token(request)
token: string | undefined
const token = await getToken({ req })
the token is invalid
token expired at 12:00
next token is predicted from the last 2048 tokens
max_tokens=4096
csrf_token
api_key = config.get("api_key")
api_key: Optional[str] = None
apiKey: process.env.API_KEY,
secret = secrets.token_hex(32)
SECRET_KEY = get_random_secret_key()
client_secret: str
The secret is to use cold butter.
the secret of a good sauce is time
my secret ingredient is cinnamon
the key is to practice every day
Key: C major
la clave es la paciencia
la clave es practicar todos los días
das Passwort ist falsch
das Passwort ist zu kurz
Passwort vergessen?
mot de passe oublié
le mot de passe est incorrect
la contraseña es incorrecta
contraseña olvidada
a senha é inválida
esqueci minha senha
пароль неверный
пароль слишком короткий
şifremi unuttum
パスワードを忘れました
パスワードは必須です
パスワードは8文字以上で入力してください
密码错误
密码不能为空
请输入密码
비밀번호가 틀렸습니다
كلمة المرور غير صحيحة
wachtwoord vergeten
AKIAIOSFODNN7EXAMPLE
wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
AKIAXXXXXXXXXXXXXXXX
ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
ghp_************************************
xoxb-your-token-here
-----BEGIN PUBLIC KEY-----
The file starts with -----BEGIN RSA PRIVATE KEY----- and ends with an END line.
my card was declined
card number 1234 5678 9012 3456
0000 0000 0000 0000
1111-2222-3333-4444
the test took 4242 ms, then 4242, 4242 and 4242 again
IBAN: DE00 0000 0000 0000 0000 00
SSN: 000-00-0000
SSN is a nine digit number, like 123-45-6789? No.
the passport number has nine digits
passport.js is a library for Node
import passport from 'passport'
my passport expires in March 2027
my passport expired
BSN stands for burgerservicenummer
CPF é obrigatório
the PAN is ten characters long
PAN-OS 10.1.3
a PIN code
12 words are needed for a seed phrase
I was able to access the account and accuse the actor across the act
about above absent absorb
the seed is 42
seed: 1234
random seed 20240101
Basic authentication is not safe
Basic auth uses a header
Bearer tokens are sent in a header
The bearer of good news
Bearer realm="example"
npm_config_registry=https://registry.example.org
npm_package_version
hf_hub_download(repo_id="a/b", filename="c")
hf_transformers
sk_buff *skb
sk-learn is scikit-learn
task-management-system-for-small-teams-2024
risk-assessment-and-mitigation-planning-document
desk-organizer-with-drawers-and-pen-holder-black
SG.com
AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX
eyJhbGciOiJIUzI1NiJ9
glpat-XXXXXXXXXXXXXXXXXXXX
dapi is short for data api
key-value-store
key-0123
re_path(r'^articles/(?P<year>[0-9]{4})/$')
re_compile_pattern_with_flags_and_options
gsk_plc
r8_t
pul-over
xai-explainable-methods
my number one rule
My number is +1 415 555 0132
social distancing 100-20-3000
CF: 12
the DNI is valid for ten years
NIF required
id: 12345678901
account 1234567890
kundennummer: 4711-0815
customer id 987654321
Steuernummer folgt
bank account details are in the letter
room 4000 1234 to 4000 5678 9010 is closed
The quick brown fox jumps over the lazy dog 1234567890
AGE-SECRET-KEY-1...
wallet backup is important
recovery phrase: keep it safe
""".strip().split("\n")
    return lines
