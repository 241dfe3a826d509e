"""Word lists that made people are drawn from. Every pool is sampled without repetition within one person, so that a
word of a true fact never is a word of something that is not about them."""

FIRST_NAMES = """Amara Bastien Carmela Dagny Eamon Farida Gideon Hanneke Ibrahim Jolanda Kasimir Leocadia Mirela Nadim
Odalys Pernille Quentin Rosalind Sigrid Thandiwe Ulrike Vasco Wilhelmina Xiomara Yannick Zuleika Alastair Benedetta
Cormac Delphine Evander Fionnuala Guillermo Hortense Isolde Jarvis Kelechi Lorcan Marisol Niamh Oluwaseun Priyanka
Ruben Saoirse Tadeusz Umberto Valentina Wendeline Anouk Bram Cosima Dimitri Elspeth Florian Greta Henrik Imogen Jonas
Katya Linnea Mateo Noor Oskar Petra Rafael Soraya Tilda Viggo Wren Yusuf Zora""".split()
LAST_NAMES = """Abernathy Bergstrom Castellano Dombrowski Eriksson Fairweather Grimaldi Haverford Ivanovic Jankowski
Kettering Lindqvist Mbeki Novotny Okonkwo Pemberton Quispe Rasmussen Szymanski Thorvald Underhill Vasquez Whitcombe
Yilmaz Zielinski Achterberg Bellweather Cruickshank Delacroix Engstrom""".split()
CITIES = """Aarhus Bologna Cork Dresden Eindhoven Funchal Girona Haarlem Izmir Jena Krakow Leipzig Malmo Nantes Oulu Porto
Quito Rotterdam Seville Tampere Utrecht Valencia Wroclaw York Zaragoza Bristol Cardiff Dundee Galway Halifax Inverness
Leeds Norwich Plymouth Sheffield Swansea Tucson Boise Tacoma Spokane Omaha Richmond Savannah Duluth Asheville Winnipeg
Hobart Adelaide Wellington Nelson Durban Accra Kigali Lusaka Nairobi Kampala Tbilisi Yerevan Baku Almaty Busan Sapporo
Nagoya Kaohsiung Penang Cebu Hanoi Chiang_Mai Pune Kochi Mysore Lahore Amman Muscat Rosario Cordoba Recife Curitiba
Montevideo Cusco Medellin Merida Oaxaca Trieste Graz Basel Lausanne Bergen Stavanger Turku Tartu Kaunas Brno Gdansk""".split()
ROLES = """paediatric nurse|electrician|high school chemistry teacher|veterinary technician|tax accountant|pastry chef
|landscape architect|civil engineer|court interpreter|bus driver|radiographer|structural welder|data analyst
|marine biologist|physiotherapist|speech therapist|museum curator|insurance underwriter|backend developer|midwife
|sound engineer|bookbinder|paralegal|dental hygienist|logistics coordinator|air traffic controller|optician|florist
|primary school teacher|pharmacist|UX researcher|furniture maker|payroll clerk|hotel receptionist|truck mechanic
|social worker|geologist|copy editor|hospital porter|customs officer|actuary|beekeeper|librarian|carpenter|sommelier
|forensic accountant|locksmith|glassblower|crane operator|cartographer|dialysis technician|firefighter|choreographer
|quantity surveyor|tattoo artist|puppeteer|seismologist|notary|falconer|stonemason|zookeeper|taxidermist|ferry captain
|auctioneer|gemologist|lighthouse keeper|blacksmith|stunt double|astronaut|mortician|chimney sweep|private detective""".replace("\n", "").split("|")
EMPLOYER_A = """North Blue Silver Harbour Cedar Granite Lumen Vector Maple Orchid Pioneer Quarry Riverside Summit
Tidewater Umbra Willow Zephyr Aurora Beacon Copper Delta""".split()
EMPLOYER_B = "Logistics Health Analytics Foods Robotics Textiles Insurance Energy Media Labs Freight Dental Housing".split()
PROJECT_NAMES = """Atlas Bramble Cinder Driftwood Ember Fathom Gantry Heron Inkwell Juniper Kestrel Lodestar Marrow Nimbus
Osprey Pinwheel Quill Ravel Saffron Thicket Tumbleweed Vellum Wicket Yarrow Zeppelin Larkspur Puffin Mothlight""".split()
PROJECT_KINDS = """an inventory app for small museums|a podcast about forgotten bridges|a board game on tide pools
|a meal planner for shift workers|a weather station for allotments|a crossword generator|a budgeting spreadsheet tool
|a newsletter on urban foraging|a chess tutor for kids|a birdsong classifier|a cookbook of Sunday soups
|a recipe scaler in the browser|a bike route planner|a habit tracker with no ads|a tabletop map editor
|a documentary about salt mines|a seed swapping website|a choir rehearsal tool|a train delay notifier
|a sourdough timer|a graphic novel set in Antarctica|a plugin for subtitle timing""".replace("\n", "").split("|")
TOOLS = """Rust|Kotlin|Elixir|Django|PostgreSQL|Blender|Ableton|Figma|Obsidian|Excel|Tableau|Neovim|AutoCAD|Lightroom
|Terraform|Svelte|QGIS|Emacs|Godot|SolidWorks|Stata|Power BI|Ansible|Inkscape|Scrivener|LaTeX|Julia|Notion|Fusion 360
|DaVinci Resolve|Home Assistant|Haskell|FreeCAD|Zotero|Airtable|Grafana|Clojure|OpenSCAD|Logic Pro|Jira""".replace("\n", "").split("|")
HOBBIES = """bouldering|letterpress printing|open water swimming|birdwatching|ballroom dancing|cross-stitch|trail running
|astrophotography|fermenting vegetables|playing the cello|restoring fountain pens|beach volleyball|mushroom foraging
|orienteering|salsa|woodturning|kite surfing|calligraphy|stand-up comedy|model railways""".replace("\n", "").split("|")
DISLIKES = """cilantro|small talk|open-plan offices|horror films|video calls|instant coffee|motivational quotes|karaoke
|long meetings|autoplay videos|licorice|paper forms|loud restaurants|spreadsheets with macros""".replace("\n", "").split("|")
LIKES = """window seats|brutalist architecture|black coffee|slow travel|detective novels|rainy weather|jazz from the fifties
|early mornings|handwritten notes|train journeys|spicy food|quiet museums|dark chocolate|vintage maps""".replace("\n", "").split("|")
ALLERGENS = "peanuts|shellfish|penicillin|latex|sesame|walnuts|kiwi|soy|bee stings|ibuprofen|mustard|lupin".split("|")
DIETS = "vegan|vegetarian|coeliac|lactose intolerant|diabetic|pescatarian".split("|")
GOALS = """run a half marathon|publish a short story|pass the CPA exam|buy a houseboat|learn to weld|hike the Camino
|get a pilot licence|open a tea shop|speak fluent Welsh|finish a triathlon|pay off the mortgage|learn the accordion
|become a foster parent|switch to a four-day week|build a timber sauna|sail to the Azores|get into medical school
|retrain as a teacher|grow prize pumpkins|visit every national park""".replace("\n", "").split("|")
LANGUAGES = "Hungarian Swahili Catalan Tagalog Norwegian Korean Urdu Greek Danish Polish Arabic Vietnamese".split()
COUNTRIES = """Ghana Uruguay Lebanon Iceland Nepal Slovenia Jamaica Bolivia Estonia Tunisia Malta Sri_Lanka Paraguay Latvia
Zambia""".split()
SUBJECTS = """linguistics|marine engineering|art history|statistics|agronomy|theology|philosophy|biochemistry|economics
|film studies|hydrology|musicology|nursing|archaeology|urban planning|textile design""".replace("\n", "").split("|")
UNIVERSITIES = "Leiden Uppsala Coimbra Heidelberg McGill Otago Salamanca Lund Tsukuba Pisa Durham Ghent".split()
INSTRUMENTS = "oboe harmonica banjo bassoon theremin ukulele".split()
DEADLINES = """grant application|visa paperwork|thesis draft|tax return|audition tape|building permit|conference poster
|scholarship essay""".replace("\n", "").split("|")
MONTHS = "January February March April May June July August September October November December".split()
PETS = "dog cat rabbit parrot tortoise".split()
TOPICS = """why sourdough collapses|how heat pumps work|the difference between TCP and UDP|what to pack for a rainy hike
|how compound interest works|the plot of Middlemarch|how tides are predicted|why the sky is blue|how to descale a kettle
|how to fold a fitted sheet|the rules of offside|how vaccines are tested|what a quorum is|how to store basil
|how to sharpen a knife|what inflation means|how to read a topographic map|how hash tables work|how to prune roses
|what makes glass transparent|how elections use ranked voting|how to patch drywall|how lighthouses flash
|what a derivative measures""".replace("\n", "").split("|")
