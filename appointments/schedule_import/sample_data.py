"""Sample data for generated deliveries: real cities with fictitious sites, and parts of names."""

CITIES = (
    ("PHX", "Phoenix", "AZ", "85003", "America/Phoenix"),
    ("HON", "Honolulu", "HI", "96813", "Pacific/Honolulu"),
    ("ANC", "Anchorage", "AK", "99501", "America/Anchorage"),
    ("SAJ", "San Juan", "PR", "00901", "America/Puerto_Rico"),
    ("GUM", "Hagåtña", "GU", "96910", "Pacific/Guam"),
    ("NYC", "New York", "NY", "10007", "America/New_York"),
    ("CHI", "Chicago", "IL", "60604", "America/Chicago"),
    ("DEN", "Denver", "CO", "80202", "America/Denver"),
    ("LAX", "Los Angeles", "CA", "90012", "America/Los_Angeles"),
    ("DET", "Detroit", "MI", "48226", "America/Detroit"),
    ("IND", "Indianapolis", "IN", "46204", "America/Indiana/Indianapolis"),
    ("BOI", "Boise", "ID", "83702", "America/Boise"),
    ("STT", "Charlotte Amalie", "VI", "00802", "America/St_Thomas"),
    ("SPN", "Saipan", "MP", "96950", "Pacific/Saipan"),
    ("MIA", "Miami", "FL", "33128", "America/New_York"),
    ("HOU", "Houston", "TX", "77002", "America/Chicago"),
    ("ELP", "El Paso", "TX", "79901", "America/Denver"),
    ("SEA", "Seattle", "WA", "98104", "America/Los_Angeles"),
    ("ATL", "Atlanta", "GA", "30303", "America/New_York"),
    ("BOS", "Boston", "MA", "02108", "America/New_York"),
    ("MSP", "Minneapolis", "MN", "55401", "America/Chicago"),
    ("SLC", "Salt Lake City", "UT", "84111", "America/Denver"),
    ("LAS", "Las Vegas", "NV", "89101", "America/Los_Angeles"),
    ("LOU", "Louisville", "KY", "40202", "America/Kentucky/Louisville"),
    ("FAR", "Fargo", "ND", "58102", "America/Chicago"),
    ("BUR", "Burlington", "VT", "05401", "America/New_York"),
    ("NOL", "New Orleans", "LA", "70112", "America/Chicago"),
)

# Facts of a site in English and Spanish, in the order of the columns.
SITE_FACTS = (
    "Step-free entrance, elevator and accessible restrooms.",
    "Entrada sin escalones, ascensor y baños accesibles.",
    "Free parking behind the building.",
    "Estacionamiento gratuito detrás del edificio.",
    "Weapons, food and drinks, large bags. Turn off your phone.",
    "Armas, alimentos y bebidas, bolsos grandes. Apague el teléfono.",
    "The entrance is on the ground floor, next to the bus stop.",
    "La entrada está en la planta baja, junto a la parada de autobús.",
)

GIVEN = (
    "Ana", "José", "María", "Luis", "Chloë", "Søren", "Noor", "Wei", "Olena", "Kwame", "Fatima", "Renée",
    "Dmitri", "Aiko", "Siân", "Björn", "Zoë", "Tomás", "Inés", "Nguyên", "Amara", "Ivana", "Juan Carlos",
    "Mary-Anne", "D’Arcy", "Yusuf", "Łukasz", "Priya", "Hye-jin", "Mateus",
)  # fmt: skip

FAMILY = (
    "Rivera", "O'Brien", "Núñez", "García López", "Smith", "Nguyễn", "D’Angelo", "Haddad", "Okafor", "Kim",
    "Müller", "Çelik", "Šimić", "van der Berg", "Ortega", "Chen", "Da Silva", "Ibarra-Peña", "Kowalski",
    "Åström", "Singh", "Traoré", "Petrova", "M'Bala", "Yamamoto", "Castañeda", "Goldberg", "Ruiz", "Ávila",
    "Al-Masri", "Thompson", "Fernández", "Quispe", "Ó Súilleabháin", "Sørensen", "Novák",
)  # fmt: skip

# How often each form is filed, relative to the other ones. A form that is not listed is rare.
FORM_WEIGHTS = {"I-485": 24, "I-765": 22, "N-400": 22, "I-90": 12, "I-131": 6, "I-751": 5, "I-589": 5}
