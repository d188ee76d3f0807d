"""Countries by the names that addresses use.

It promises an ISO 3166 alpha-2 code for a country's usual English names and three-letter code, and for a
US state at the end of an address. It refuses to guess from a city.
"""

from functools import cache

_NAMES = """
AF Afghanistan;AL Albania;DZ Algeria;AD Andorra;AO Angola;AR Argentina;AM Armenia
AU Australia,New South Wales,NSW,Queensland;AT Austria;AZ Azerbaijan;BS Bahamas;BH Bahrain;BD Bangladesh
BB Barbados;BY Belarus;BE Belgium;BZ Belize;BJ Benin;BM Bermuda;BT Bhutan;BO Bolivia
BA Bosnia and Herzegovina,Bosnia;BW Botswana;BR Brazil,Brasil;BN Brunei;BG Bulgaria;BF Burkina Faso
BI Burundi;KH Cambodia;CM Cameroon;CA Canada;KY Cayman Islands;TD Chad;CL Chile
CN China,PR China,P R China,People's Republic of China,Peoples Republic of China,Mainland China;CO Colombia
CR Costa Rica;CI Cote d'Ivoire,Côte d'Ivoire,Ivory Coast;HR Croatia;CU Cuba;CY Cyprus
CZ Czech Republic,Czechia;CD Democratic Republic of the Congo,DR Congo;CG Congo;DK Denmark
DO Dominican Republic;EC Ecuador;EG Egypt;SV El Salvador;EE Estonia;ET Ethiopia;FJ Fiji;FI Finland;FR France
GA Gabon;GM Gambia;GE Georgia;DE Germany,Deutschland,Federal Republic of Germany;GH Ghana;GR Greece
GL Greenland;GT Guatemala;GN Guinea;HT Haiti;HN Honduras;HK Hong Kong,Hong Kong SAR;HU Hungary;IS Iceland
IN India;ID Indonesia;IR Iran,Islamic Republic of Iran,IR Iran;IQ Iraq;IE Ireland,Republic of Ireland
IL Israel;IT Italy,Italia;JM Jamaica;JP Japan;JO Jordan;KZ Kazakhstan;KE Kenya;KW Kuwait;KG Kyrgyzstan
LA Laos;LV Latvia;LB Lebanon;LR Liberia;LY Libya;LI Liechtenstein;LT Lithuania;LU Luxembourg;MO Macau,Macao
MG Madagascar;MW Malawi;MY Malaysia;ML Mali;MT Malta;MR Mauritania;MU Mauritius;MX Mexico,México
MD Moldova,Republic of Moldova;MC Monaco;MN Mongolia;ME Montenegro;MA Morocco;MZ Mozambique;MM Myanmar,Burma
NA Namibia;NP Nepal;NL Netherlands,The Netherlands,Holland;NC New Caledonia;NZ New Zealand;NI Nicaragua
NE Niger;NG Nigeria;MK North Macedonia,Macedonia;NO Norway;OM Oman;PK Pakistan
PS Palestine,State of Palestine;PA Panama;PG Papua New Guinea;PY Paraguay;PE Peru,Perú;PH Philippines
PL Poland;PT Portugal;PR Puerto Rico;QA Qatar;RO Romania;RU Russia,Russian Federation;RW Rwanda
SA Saudi Arabia,Kingdom of Saudi Arabia;SN Senegal;RS Serbia;SL Sierra Leone;SG Singapore
SK Slovakia,Slovak Republic;SI Slovenia;SO Somalia;ZA South Africa
KR South Korea,Korea,Republic of Korea,Republic Of Korea;KP North Korea;SS South Sudan;ES Spain,España
LK Sri Lanka;SD Sudan;SE Sweden;CH Switzerland;SY Syria,Syrian Arab Republic
TW Taiwan,Taiwan ROC,Republic of China;TJ Tajikistan;TZ Tanzania;TH Thailand;TG Togo;TT Trinidad and Tobago
TN Tunisia;TR Turkey,Türkiye,Turkiye;TM Turkmenistan;UG Uganda;UA Ukraine;AE United Arab Emirates,UAE
GB United Kingdom,UK,U K,England,Scotland,Wales,Northern Ireland,Great Britain
US United States,United States of America,USA,U S A,US,U S,New Mexico,California,Massachusetts,Texas
UY Uruguay;UZ Uzbekistan;VE Venezuela;VN Vietnam,Viet Nam;YE Yemen;ZM Zambia;ZW Zimbabwe
"""
_ALPHA3 = (
    "ARG AR,AUS AU,AUT AT,BEL BE,BGR BG,BRA BR,CAN CA,CHE CH,CHL CL,CHN CN,COL CO,CYP CY,CZE CZ,DEU DE,"
    "DNK DK,EGY EG,ESP ES,EST EE,FIN FI,FRA FR,GBR GB,GRC GR,HKG HK,HRV HR,HUN HU,IDN ID,IND IN,IRL IE,"
    "IRN IR,ISL IS,ISR IL,ITA IT,JPN JP,KOR KR,LTU LT,LUX LU,LVA LV,MEX MX,MLT MT,MYS MY,NLD NL,NOR NO,"
    "NZL NZ,PAK PK,PHL PH,POL PL,PRT PT,ROU RO,RUS RU,SAU SA,SGP SG,SRB RS,SVK SK,SVN SI,SWE SE,THA TH,"
    "TUR TR,TWN TW,UKR UA,VNM VN,ZAF ZA"
)
_STATES = (
    "AL AK AZ AR CO CT FL HI IA ID IL KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR "
    "RI SC SD TN TX UT VA VT WA WI WV WY DC CA"
)


def country(name: str) -> str:
    """Give a country's code by its name, alpha-2 or alpha-3 code, or an empty string.

    Examples
    --------
    >>> country("The Netherlands"), country("P. R. China"), country("de"), country("Atlantis")
    ('NL', 'CN', 'DE', '')
    """
    key = _key(name)
    if len(key) == 2 and key.isalpha() and key.upper() in _codes():
        return key.upper()
    return _table().get(key, "")


def country_of_address(address: str) -> str:
    """Give the country that an address ends with, or an empty string.

    Examples
    --------
    >>> country_of_address("1400 Washington Ave, Albany, NY 12222, USA"), country_of_address("Ames, IA 50011")
    ('US', 'US')
    >>> country_of_address("University of California, Los Angeles")
    ''
    """
    parts = [part.strip(" .;") for part in address.rstrip(" .;,").split(",")]
    last = parts[-1]
    for candidate in (last, *(" ".join(last.split()[-words:]) for words in (3, 2, 1))):
        if code := _table().get(_key(candidate), ""):
            return code
    words = last.split()
    if (
        len(parts) > 1
        and len(words) == 2
        and words[0] in _STATES.split()
        and words[1].replace("-", "").isdigit()
    ):
        return "US"
    return ""


def _key(name: str) -> str:
    return " ".join(name.replace(".", " ").replace("’", "'").split()).casefold()


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for entry in _NAMES.strip().replace("\n", ";").split(";"):
        code, _, spellings = entry.partition(" ")
        table.update((_key(spelling), code) for spelling in spellings.split(","))
    for entry in _ALPHA3.split(","):
        alpha3, _, code = entry.partition(" ")
        table[alpha3.casefold()] = code
    return table


@cache
def _codes() -> frozenset[str]:
    return frozenset(_table().values())
