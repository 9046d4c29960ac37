"""The parts of the sample catalogue: real, common parts, with what anybody can read in their data sheets.

A line is part number | maker | package | description. Chip resistors and capacitors are spelled out from their makers'
ordering codes. Which parts are common was judged by the parts that several open hardware projects have in their BOMs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """Parts of one category. `price` is that of one piece in US dollars, `reel` the pieces of a reel (0: none),
    `stock` what a distributor has of them about."""

    category: str
    mount: str
    price: str
    reel: int
    stock: int
    lines: str
    loose: str = "bag"


E24 = ["10", "12", "15", "18", "22", "27", "33", "39", "47", "56", "68", "82"]
COMMON = [
    "10R",
    "22R",
    "27R",
    "33R",
    "47R",
    "49R9",
    "68R",
    "75R",
    "100R",
    "120R",
    "150R",
    "220R",
    "330R",
    "470R",
    "510R",
    "680R",
    "820R",
    "1K",
    "1K2",
    "1K5",
    "1K8",
    "2K",
    "2K2",
    "2K7",
    "3K",
    "3K3",
    "3K9",
    "4K7",
    "5K1",
    "5K6",
    "6K8",
    "8K2",
    "10K",
    "12K",
    "15K",
    "18K",
    "20K",
    "22K",
    "27K",
    "33K",
    "39K",
    "47K",
    "49K9",
    "56K",
    "68K",
    "82K",
    "100K",
    "120K",
    "150K",
    "200K",
    "220K",
    "330K",
    "470K",
    "680K",
    "1M",
]
SOME = [
    "10R",
    "22R",
    "47R",
    "100R",
    "220R",
    "330R",
    "470R",
    "1K",
    "2K2",
    "3K3",
    "4K7",
    "10K",
    "22K",
    "33K",
    "47K",
    "100K",
    "220K",
    "470K",
    "1M",
]
POWER = {"0402": "62.5 mW", "0603": "100 mW", "0805": "125 mW", "1206": "250 mW"}


def ohms(code: str) -> str:
    """4K7 as "4.7 kOhm"."""
    for letter, unit in (("R", "Ohm"), ("K", "kOhm"), ("M", "MOhm")):
        if letter in code:
            whole, _, rest = code.partition(letter)
            return f"{whole}.{rest} {unit}" if rest else f"{whole} {unit}"
    raise ValueError(code)


def four_digits(code: str) -> str:
    """4K7 as 4701, 10R as 10R0, as Panasonic writes values of 1 % parts."""
    whole, letter, rest = code.partition("R" if "R" in code else "K" if "K" in code else "M")
    digits = whole + rest
    exponent = {"R": 0, "K": 3, "M": 6}[letter] - len(rest)
    while len(digits) < 3:
        digits, exponent = digits + "0", exponent - 1
    return f"{digits}{exponent}" if exponent >= 0 else f"{digits[:exponent]}R{digits[exponent:]}"


def crcw(code: str) -> str:
    """4K7 as 4K70, 100R as 100R, as Vishay writes values."""
    return (code + "00")[:4] if len(code) < 4 else code


def yageo(size: str, values: list[str]) -> str:
    """Chip resistors of YAGEO's RC series, 1 %."""
    return "\n".join(
        f"RC{size}FR-07{v}L | YAGEO | {size} | Resistor {ohms(v)} 1 % {POWER[size]} {size}, thick film" for v in values
    )


def panasonic(series: str, size: str, tail: str, values: list[str]) -> str:
    """Chip resistors of Panasonic's ERJ series, 1 %."""
    return "\n".join(
        f"ERJ-{series}{four_digits(v)}{tail} | Panasonic | {size} | Resistor {ohms(v)} 1 % 100 mW {size}, thick film"
        for v in values
    )


def vishay(size: str, tail: str, values: list[str]) -> str:
    """Chip resistors of Vishay's CRCW series, 1 %."""
    return "\n".join(
        f"CRCW{size}{crcw(v)}FK{tail} | Vishay | {size} | Resistor {ohms(v)} 1 % {POWER[size]} {size}, thick film"
        for v in values
    )


def farads(code: str) -> str:
    """104 as "100 nF"."""
    pico = int(code[:2]) * 10 ** int(code[2])
    for below, unit, scale in ((1000, "pF", 1), (10**6, "nF", 1000), (10**9, "uF", 10**6)):
        if pico < below:
            return f"{pico / scale:g} {unit}"
    raise ValueError(code)


def c0g(size: str, values: list[str]) -> str:
    """YAGEO ceramic capacitors, C0G, 50 V, 5 %."""
    return "\n".join(
        f"CC{size}JRNPO9BN{v} | YAGEO | {size} | Capacitor {farads(v)} 50 V C0G 5 % {size}" for v in values
    )


def x7r(size: str, values: list[str]) -> str:
    """YAGEO ceramic capacitors, X7R, 50 V, 10 %."""
    return "\n".join(
        f"CC{size}KRX7R9BB{v} | YAGEO | {size} | Capacitor {farads(v)} 50 V X7R 10 % {size}" for v in values
    )


RESISTORS = Group("Resistors", "SMT", "0.02", 5000, 120_000, "\n".join((
    yageo("0402", COMMON), yageo("0603", COMMON), yageo("0805", SOME), yageo("1206", ["10R", "100R", "1K", "10K", "100K"]),
    panasonic("2RKF", "0402", "X", SOME[3:]), panasonic("3EKF", "0603", "V", SOME[3:]),
    vishay("0402", "ED", ["1K", "4K7", "10K", "100K"]), vishay("0603", "EA", ["10R", "1K", "4K7", "10K", "100K", "470K", "1M"]),
    "\n".join(f"RC{s}JR-070RL | YAGEO | {s} | Jumper 0 Ohm {s}, thick film" for s in ("0402", "0603", "0805", "1206")),
    "ERJ-2GE0R00X | Panasonic | 0402 | Jumper 0 Ohm 0402, thick film",
    "ERJ-3GEY0R00V | Panasonic | 0603 | Jumper 0 Ohm 0603, thick film",
)))  # fmt: skip

ARRAYS = Group(
    "Resistor networks",
    "SMT",
    "0.09",
    5000,
    20_000,
    """
CAY16-102J4LF | Bourns | 1206 | Resistor array 4 x 1 kOhm 5 %
CAY16-103J4LF | Bourns | 1206 | Resistor array 4 x 10 kOhm 5 %
CAY16-221J4LF | Bourns | 1206 | Resistor array 4 x 220 Ohm 5 %
""",
)

TRIMMERS = Group(
    "Potentiometers",
    "SMT",
    "0.28",
    500,
    4_000,
    """
TC33X-2-103E | Bourns | 3.8 x 3.6 mm | Trimmer 10 kOhm, single turn, adjusted from the top
""",
)

CERAMICS = Group("Capacitors", "SMT", "0.03", 4000, 90_000, "\n".join((
    c0g("0402", ["100", "120", "150", "180", "220", "270", "330", "470", "101"]),
    c0g("0603", ["100", "120", "150", "180", "220", "270", "330", "390", "470", "101", "221"]),
    x7r("0402", ["102", "103", "472"]), x7r("0603", ["102", "222", "472", "103", "223", "473", "104"]),
    x7r("0805", ["102", "103", "473", "104"]),
    """
CC0402KRX7R7BB104 | YAGEO | 0402 | Capacitor 100 nF 16 V X7R 10 % 0402
CC0402KRX5R5BB105 | YAGEO | 0402 | Capacitor 1 uF 6.3 V X5R 10 % 0402
CC0603KRX7R7BB224 | YAGEO | 0603 | Capacitor 220 nF 16 V X7R 10 % 0603
CC0603KRX7R8BB105 | YAGEO | 0603 | Capacitor 1 uF 25 V X7R 10 % 0603
CC0805KKX7R8BB105 | YAGEO | 0805 | Capacitor 1 uF 25 V X7R 10 % 0805
GRM155R71C104KA88D | Murata Electronics | 0402 | Capacitor 100 nF 16 V X7R 10 % 0402
GRM155R71H102KA01D | Murata Electronics | 0402 | Capacitor 1 nF 50 V X7R 10 % 0402
GRM1555C1H102JA01D | Murata Electronics | 0402 | Capacitor 1 nF 50 V C0G 5 % 0402
GRM155R61A105KE15D | Murata Electronics | 0402 | Capacitor 1 uF 10 V X5R 10 % 0402
GRM188R71H104KA93D | Murata Electronics | 0603 | Capacitor 100 nF 50 V X7R 10 % 0603
GRM188R71H103KA01D | Murata Electronics | 0603 | Capacitor 10 nF 50 V X7R 10 % 0603
GRM188R71H102KA01D | Murata Electronics | 0603 | Capacitor 1 nF 50 V X7R 10 % 0603
GRM188R61A475KE15D | Murata Electronics | 0603 | Capacitor 4.7 uF 10 V X5R 10 % 0603
GRM188R60J106ME47D | Murata Electronics | 0603 | Capacitor 10 uF 6.3 V X5R 20 % 0603
GRM188R61E105KA12D | Murata Electronics | 0603 | Capacitor 1 uF 25 V X5R 10 % 0603
GRM21BR71H105KA12L | Murata Electronics | 0805 | Capacitor 1 uF 50 V X7R 10 % 0805
GRM21BR61E475KA12L | Murata Electronics | 0805 | Capacitor 4.7 uF 25 V X5R 10 % 0805
GRM21BR61E106KA73L | Murata Electronics | 0805 | Capacitor 10 uF 25 V X5R 10 % 0805
GRM31CR71H475KA12L | Murata Electronics | 1206 | Capacitor 4.7 uF 50 V X7R 10 % 1206
GRM31CR60J107ME39L | Murata Electronics | 1206 | Capacitor 100 uF 6.3 V X5R 20 % 1206
CL05B103KB5NNNC | Samsung Electro-Mechanics | 0402 | Capacitor 10 nF 50 V X7R 10 % 0402
CL05B104KO5NNNC | Samsung Electro-Mechanics | 0402 | Capacitor 100 nF 16 V X7R 10 % 0402
CL05A105KA5NQNC | Samsung Electro-Mechanics | 0402 | Capacitor 1 uF 25 V X5R 10 % 0402
CL10B104KB8NNNC | Samsung Electro-Mechanics | 0603 | Capacitor 100 nF 50 V X7R 10 % 0603
CL10B224KA8NNNC | Samsung Electro-Mechanics | 0603 | Capacitor 220 nF 25 V X7R 10 % 0603
CL10A105KB8NNNC | Samsung Electro-Mechanics | 0603 | Capacitor 1 uF 50 V X5R 10 % 0603
CL10A106KP8NNNC | Samsung Electro-Mechanics | 0603 | Capacitor 10 uF 10 V X5R 10 % 0603
CL21A106KAYNNNE | Samsung Electro-Mechanics | 0805 | Capacitor 10 uF 25 V X5R 10 % 0805
CL21A226MAQNNNE | Samsung Electro-Mechanics | 0805 | Capacitor 22 uF 25 V X5R 20 % 0805
CL21B104KBCNNNC | Samsung Electro-Mechanics | 0805 | Capacitor 100 nF 50 V X7R 10 % 0805
CL21B105KBFNNNE | Samsung Electro-Mechanics | 0805 | Capacitor 1 uF 50 V X7R 10 % 0805
CL31A106KBHNNNE | Samsung Electro-Mechanics | 1206 | Capacitor 10 uF 50 V X5R 10 % 1206
C0402C104K4RACTU | KEMET | 0402 | Capacitor 100 nF 16 V X7R 10 % 0402
C0603C104K5RACTU | KEMET | 0603 | Capacitor 100 nF 50 V X7R 10 % 0603
C0603C101J5GACTU | KEMET | 0603 | Capacitor 100 pF 50 V C0G 5 % 0603
C0603C220J5GACTU | KEMET | 0603 | Capacitor 22 pF 50 V C0G 5 % 0603
C0603C475K8PACTU | KEMET | 0603 | Capacitor 4.7 uF 10 V X5R 10 % 0603
C0805C104K5RACTU | KEMET | 0805 | Capacitor 100 nF 50 V X7R 10 % 0805
C1608X7R1H103K080AA | TDK | 0603 | Capacitor 10 nF 50 V X7R 10 % 0603
C1608X5R1A226M080AC | TDK | 0603 | Capacitor 22 uF 10 V X5R 20 % 0603
C2012X5R1E106K125AB | TDK | 0805 | Capacitor 10 uF 25 V X5R 10 % 0805
C3216X5R1E476M160AC | TDK | 1206 | Capacitor 47 uF 25 V X5R 20 % 1206
""",
)))  # fmt: skip

TANTALUM = Group(
    "Capacitors",
    "SMT",
    "0.32",
    2000,
    9_000,
    """
TAJA105K035RNJ | Kyocera AVX | EIA 3216-18 | Tantalum capacitor 1 uF 35 V 10 %, case A
TAJA106K016RNJ | Kyocera AVX | EIA 3216-18 | Tantalum capacitor 10 uF 16 V 10 %, case A
TAJA475K016RNJ | Kyocera AVX | EIA 3216-18 | Tantalum capacitor 4.7 uF 16 V 10 %, case A
TAJB106K016RNJ | Kyocera AVX | EIA 3528-21 | Tantalum capacitor 10 uF 16 V 10 %, case B
TAJB226K016RNJ | Kyocera AVX | EIA 3528-21 | Tantalum capacitor 22 uF 16 V 10 %, case B
TAJC107K010RNJ | Kyocera AVX | EIA 6032-28 | Tantalum capacitor 100 uF 10 V 10 %, case C
TAJC107K016RNJ | Kyocera AVX | EIA 6032-28 | Tantalum capacitor 100 uF 16 V 10 %, case C
TAJC476K016RNJ | Kyocera AVX | EIA 6032-28 | Tantalum capacitor 47 uF 16 V 10 %, case C
""",
)

ELECTROLYTIC = Group(
    "Capacitors",
    "THT",
    "0.14",
    0,
    6_000,
    """
ECA-1HM100 | Panasonic | radial 5 x 11 mm | Electrolytic capacitor 10 uF 50 V 20 %
ECA-1HM220 | Panasonic | radial 5 x 11 mm | Electrolytic capacitor 22 uF 50 V 20 %
ECA-1HM470 | Panasonic | radial 6.3 x 11.2 mm | Electrolytic capacitor 47 uF 50 V 20 %
ECA-1HM101 | Panasonic | radial 8 x 11.5 mm | Electrolytic capacitor 100 uF 50 V 20 %
ECA-1HM221 | Panasonic | radial 10 x 12.5 mm | Electrolytic capacitor 220 uF 50 V 20 %
ECA-1HM471 | Panasonic | radial 10 x 20 mm | Electrolytic capacitor 470 uF 50 V 20 %
ECA-1HM2R2 | Panasonic | radial 5 x 11 mm | Electrolytic capacitor 2.2 uF 50 V 20 %
ECA-1HM4R7 | Panasonic | radial 5 x 11 mm | Electrolytic capacitor 4.7 uF 50 V 20 %
ECA-1EM102 | Panasonic | radial 10 x 20 mm | Electrolytic capacitor 1000 uF 25 V 20 %
""",
)

BEADS = Group(
    "Ferrite beads",
    "SMT",
    "0.06",
    4000,
    30_000,
    """
BLM18AG121SN1D | Murata Electronics | 0603 | Ferrite bead 120 Ohm at 100 MHz 0603
BLM18AG601SN1D | Murata Electronics | 0603 | Ferrite bead 600 Ohm at 100 MHz 0603
BLM18EG221SN1D | Murata Electronics | 0603 | Ferrite bead 220 Ohm at 100 MHz 2 A 0603
BLM18PG121SN1D | Murata Electronics | 0603 | Ferrite bead 120 Ohm at 100 MHz 2 A 0603
BLM15AG601SN1D | Murata Electronics | 0402 | Ferrite bead 600 Ohm at 100 MHz 0402
BLM21PG221SN1D | Murata Electronics | 0805 | Ferrite bead 220 Ohm at 100 MHz 2 A 0805
BLM21PG331SN1D | Murata Electronics | 0805 | Ferrite bead 330 Ohm at 100 MHz 1.5 A 0805
""",
)

INDUCTORS = Group(
    "Inductors",
    "SMT",
    "0.18",
    2000,
    8_000,
    """
LQH2MCN100K02L | Murata Electronics | 0806 | Inductor 10 uH 10 % 0.225 A
LQM2HPN2R2MG0L | Murata Electronics | 1008 | Inductor 2.2 uH 20 % 1.3 A
LQW15AN27NJ00D | Murata Electronics | 0402 | Inductor 27 nH 5 % 0402
""",
)

LEDS = Group(
    "LEDs",
    "SMT",
    "0.11",
    4000,
    25_000,
    """
LTST-C190KRKT | Lite-On | 0603 | LED red 0603
LTST-C190KGKT | Lite-On | 0603 | LED green 0603
LTST-C190GKT | Lite-On | 0603 | LED green 0603
LTST-C190KSKT | Lite-On | 0603 | LED yellow 0603
LTST-C190KFKT | Lite-On | 0603 | LED orange 0603
LTST-C190TBKT | Lite-On | 0603 | LED blue 0603
LTST-C191KRKT | Lite-On | 0603 | LED red 0603, low profile
LTST-C191KFKT | Lite-On | 0603 | LED orange 0603, low profile
LTST-C191TBKT | Lite-On | 0603 | LED blue 0603, low profile
LTST-C171KSKT | Lite-On | 0805 | LED yellow 0805
LTW-C191TS5 | Lite-On | 0603 | LED white 0603, low profile
19-217-Y5C-AM1N1VY-3T | Everlight | 0603 | LED yellow 0603
19-217-BHC-ZL1M2RY-3T | Everlight | 0603 | LED blue 0603
HSMG-C190 | Broadcom | 0603 | LED green 0603
HSMY-C190 | Broadcom | 0603 | LED yellow 0603
WS2812B | Worldsemi | 5050 | LED red green blue with controller 5050
""",
)

DIODES = Group(
    "Diodes",
    "SMT",
    "0.08",
    3000,
    30_000,
    """
1N4148WS | onsemi | SOD-323 | Switching diode 75 V 150 mA
1N4148W-7-F | Diodes Incorporated | SOD-123 | Switching diode 100 V 300 mA
1N4148WS-7-F | Diodes Incorporated | SOD-323 | Switching diode 75 V 150 mA
1N4148W-TP | Micro Commercial Components | SOD-123 | Switching diode 100 V 150 mA
BAV99 | onsemi | SOT-23 | Two switching diodes in series 70 V 200 mA
BAT54 | onsemi | SOT-23 | Schottky diode 30 V 200 mA
BAT54S,215 | Nexperia | SOT-23 | Two Schottky diodes in series 30 V 200 mA
BAT54C,215 | Nexperia | SOT-23 | Two Schottky diodes, common cathode 30 V 200 mA
MBR0520LT1G | onsemi | SOD-123 | Schottky diode 20 V 0.5 A
MBR0540T1G | onsemi | SOD-123 | Schottky diode 40 V 0.5 A
SS14 | onsemi | SMA | Schottky diode 40 V 1 A
SS34 | onsemi | SMC | Schottky diode 40 V 3 A
B5819W | Micro Commercial Components | SOD-123 | Schottky diode 40 V 1 A
B340A-13-F | Diodes Incorporated | SMA | Schottky diode 40 V 3 A
CD1206-S01575 | Bourns | 1206 | Switching diode 75 V 150 mA
BZX84C3V3LT1G | onsemi | SOT-23 | Zener diode 3.3 V 225 mW
BZX84C5V1LT1G | onsemi | SOT-23 | Zener diode 5.1 V 225 mW
BZX84C12LT1G | onsemi | SOT-23 | Zener diode 12 V 225 mW
MB6S-TP | Micro Commercial Components | MBS | Bridge rectifier 600 V 0.5 A
US1M | MDD | SMA | Fast rectifier 1000 V 1 A
M7 | MDD | SMA | Rectifier 1000 V 1 A
""",
)

DIODES_THT = Group(
    "Diodes",
    "THT",
    "0.09",
    5000,
    20_000,
    """
1N4148 | onsemi | DO-35 | Switching diode 100 V 200 mA
1N4007-TP | Micro Commercial Components | DO-41 | Rectifier 1000 V 1 A
1N4001-TP | Micro Commercial Components | DO-41 | Rectifier 50 V 1 A
""",
)

PROTECTION = Group(
    "Circuit protection",
    "SMT",
    "0.24",
    3000,
    12_000,
    """
USBLC6-2SC6 | STMicroelectronics | SOT-23-6 | ESD protection of two lines and supply
PESD1CANUX | Nexperia | SOT-323 | ESD protection of a CAN bus 24 V
ESD5Z5.0T1G | onsemi | SOD-523 | ESD protection 5 V
NUP2105LT1G | onsemi | SOT-23 | ESD protection of a CAN bus 24 V
IP4220CZ6,125 | Nexperia | SC-74 | ESD protection of two USB lines
TPD4S012DRYR | Texas Instruments | SON-6 | ESD protection of a USB port
MF-MSMF050-2 | Bourns | 1812 | Resettable fuse 0.5 A 15 V
MF-MSMF110-2 | Bourns | 1812 | Resettable fuse 1.1 A 6 V
CG0603MLC-05E | Bourns | 0603 | Varistor 5 V, low capacitance
SMAJ5.0A | Littelfuse | SMA | Transient suppressor 5 V 400 W
SMBJ24A | Littelfuse | SMB | Transient suppressor 24 V 600 W
""",
)

TRANSISTORS = Group(
    "Transistors",
    "SMT",
    "0.1",
    3000,
    30_000,
    """
2N7002 | onsemi | SOT-23 | N-channel MOSFET 60 V 115 mA
2N7002,215 | Nexperia | SOT-23 | N-channel MOSFET 60 V 300 mA
2N7002P,215 | Nexperia | SOT-23 | N-channel MOSFET 60 V 360 mA
2N7002K-T1-GE3 | Vishay | SOT-23 | N-channel MOSFET 60 V 300 mA
BSS138 | onsemi | SOT-23 | N-channel MOSFET 50 V 220 mA
BSS138PW,115 | Nexperia | SOT-323 | N-channel MOSFET 60 V 320 mA
BSS84 | onsemi | SOT-23 | P-channel MOSFET 50 V 130 mA
FDN340P | onsemi | SOT-23 | P-channel MOSFET 20 V 2 A
FDV301N | onsemi | SOT-23 | N-channel MOSFET 25 V 220 mA
AO3400A | Alpha & Omega Semiconductor | SOT-23 | N-channel MOSFET 30 V 5.7 A
AO3401A | Alpha & Omega Semiconductor | SOT-23 | P-channel MOSFET 30 V 4 A
DMP3099L-7 | Diodes Incorporated | SOT-23 | P-channel MOSFET 30 V 3.8 A
IRLML6402TRPBF | Infineon Technologies | SOT-23 | P-channel MOSFET 20 V 3.7 A
IRLML2502TRPBF | Infineon Technologies | SOT-23 | N-channel MOSFET 20 V 4.2 A
SSM3J328R,LF | Toshiba | SOT-23F | P-channel MOSFET 20 V 6 A
MMBT2222A | onsemi | SOT-23 | NPN transistor 40 V 1 A
MMBT2222ALT1G | onsemi | SOT-23 | NPN transistor 40 V 600 mA
MMBT2907A | onsemi | SOT-23 | PNP transistor 60 V 800 mA
MMBT2907ALT1G | onsemi | SOT-23 | PNP transistor 60 V 600 mA
MMBT3904 | onsemi | SOT-23 | NPN transistor 40 V 200 mA
MMBT3904LT1G | onsemi | SOT-23 | NPN transistor 40 V 200 mA
MMBT3904-7-F | Diodes Incorporated | SOT-23 | NPN transistor 40 V 200 mA
MMBT3904WT1G | onsemi | SOT-323 | NPN transistor 40 V 200 mA
MMBT3906 | onsemi | SOT-23 | PNP transistor 40 V 200 mA
MMBT3906LT1G | onsemi | SOT-23 | PNP transistor 40 V 200 mA
MMBT4401 | onsemi | SOT-23 | NPN transistor 40 V 600 mA
MMBT4403 | onsemi | SOT-23 | PNP transistor 40 V 600 mA
BC817-25LT1G | onsemi | SOT-23 | NPN transistor 45 V 500 mA
BC817-40,215 | Nexperia | SOT-23 | NPN transistor 45 V 500 mA
BC807-40,215 | Nexperia | SOT-23 | PNP transistor 45 V 500 mA
BC847BLT1G | onsemi | SOT-23 | NPN transistor 45 V 100 mA
BC847B,215 | Nexperia | SOT-23 | NPN transistor 45 V 100 mA
BC857B,215 | Nexperia | SOT-23 | PNP transistor 45 V 100 mA
S9013 | Jiangsu Changjing (JSCJ) | SOT-23 | NPN transistor 25 V 500 mA
""",
)

TRANSISTORS_THT = Group(
    "Transistors",
    "THT",
    "0.3",
    0,
    5_000,
    """
2N7000 | onsemi | TO-92 | N-channel MOSFET 60 V 200 mA
IRF520NPBF | Infineon Technologies | TO-220AB | N-channel MOSFET 100 V 9.7 A
IRLZ44NPBF | Infineon Technologies | TO-220AB | N-channel MOSFET 55 V 47 A
BC547BTA | onsemi | TO-92 | NPN transistor 45 V 100 mA
BC557BTA | onsemi | TO-92 | PNP transistor 45 V 100 mA
PN2222ABU | onsemi | TO-92 | NPN transistor 40 V 1 A
TIP120 | STMicroelectronics | TO-220 | NPN Darlington transistor 60 V 5 A
""",
    "bulk",
)

REGULATORS = Group(
    "Voltage regulators",
    "SMT",
    "0.55",
    2500,
    9_000,
    """
AMS1117-3.3 | Advanced Monolithic Systems | SOT-223 | Linear regulator 3.3 V 1 A
AMS1117-5.0 | Advanced Monolithic Systems | SOT-223 | Linear regulator 5 V 1 A
NCP1117ST33T3G | onsemi | SOT-223 | Linear regulator 3.3 V 1 A
NCP1117ST50T3G | onsemi | SOT-223 | Linear regulator 5 V 1 A
TLV1117-33CDCYR | Texas Instruments | SOT-223 | Linear regulator 3.3 V 0.8 A
LP2985-33DBVR | Texas Instruments | SOT-23-5 | Linear regulator 3.3 V 150 mA
LP5907MFX-3.3/NOPB | Texas Instruments | SOT-23-5 | Linear regulator 3.3 V 250 mA, low noise
TLV70033DDCR | Texas Instruments | SOT-23-5 | Linear regulator 3.3 V 200 mA
MCP1700T-3302E/TT | Microchip Technology | SOT-23 | Linear regulator 3.3 V 250 mA, 1.6 uA
MIC5219-3.3YM5-TR | Microchip Technology | SOT-23-5 | Linear regulator 3.3 V 500 mA
AP2112K-3.3TRG1 | Diodes Incorporated | SOT-23-5 | Linear regulator 3.3 V 600 mA
AP2114H-3.3TRG1 | Diodes Incorporated | SOT-223 | Linear regulator 3.3 V 1 A
XC6206P332MR-G | Torex | SOT-23 | Linear regulator 3.3 V 200 mA
TPS61040DBVR | Texas Instruments | SOT-23-5 | Boost converter up to 28 V
TPS61070DDCR | Texas Instruments | SOT-23-6 | Boost converter from 0.9 V
TPS54331DR | Texas Instruments | SOIC-8 | Buck converter 28 V 3 A
LM2596S-5.0/NOPB | Texas Instruments | TO-263-5 | Buck converter 5 V 3 A
TPS3808G33DBVR | Texas Instruments | SOT-23-6 | Supply supervisor 3.3 V
MCP73831T-2ACI/OT | Microchip Technology | SOT-23-5 | Charger for one lithium cell 500 mA
MCP73832T-2ACI/OT | Microchip Technology | SOT-23-5 | Charger for one lithium cell 500 mA
TL431AIDBZR | Texas Instruments | SOT-23 | Adjustable shunt reference 2.5 V 1 %
SN6501DBVR | Texas Instruments | SOT-23-5 | Transformer driver for isolated supplies
""",
)

REGULATORS_THT = Group(
    "Voltage regulators",
    "THT",
    "0.5",
    0,
    4_000,
    """
L7805CV | STMicroelectronics | TO-220 | Linear regulator 5 V 1.5 A
L7812CV | STMicroelectronics | TO-220 | Linear regulator 12 V 1.5 A
LD1117V33 | STMicroelectronics | TO-220 | Linear regulator 3.3 V 0.8 A
LM317T | STMicroelectronics | TO-220 | Adjustable linear regulator 1.5 A
LM317TG | onsemi | TO-220 | Adjustable linear regulator 1.5 A
""",
    "tube",
)

AMPLIFIERS = Group(
    "Amplifiers",
    "SMT",
    "0.5",
    2500,
    10_000,
    """
LM358DR | Texas Instruments | SOIC-8 | Two operational amplifiers 32 V
LM358DR2G | onsemi | SOIC-8 | Two operational amplifiers 32 V
LM324DR | Texas Instruments | SOIC-14 | Four operational amplifiers 32 V
LM324DT | STMicroelectronics | SOIC-14 | Four operational amplifiers 30 V
LMV358IDGKR | Texas Instruments | VSSOP-8 | Two operational amplifiers 5.5 V, rail to rail output
LMV321IDBVR | Texas Instruments | SOT-23-5 | Operational amplifier 5.5 V, rail to rail output
MCP6002T-I/SN | Microchip Technology | SOIC-8 | Two operational amplifiers 1 MHz, rail to rail
OPA333AIDBVT | Texas Instruments | SOT-23-5 | Operational amplifier, zero drift, 17 uA
TL072CDR | Texas Instruments | SOIC-8 | Two JFET input operational amplifiers
LM393DR | Texas Instruments | SOIC-8 | Two comparators 36 V
LM339DR | Texas Instruments | SOIC-14 | Four comparators 36 V
NE555DR | Texas Instruments | SOIC-8 | Timer
INA219AIDCNR | Texas Instruments | SOT-23-8 | Current and power monitor with I2C
""",
)

DIP_ICS = Group(
    "Amplifiers and logic",
    "THT",
    "0.7",
    0,
    3_000,
    """
LM324AN | Texas Instruments | DIP-14 | Four operational amplifiers 32 V
LM324N | Texas Instruments | DIP-14 | Four operational amplifiers 32 V
LM311P | Texas Instruments | DIP-8 | Comparator with strobe
LM339AN | Texas Instruments | DIP-14 | Four comparators 36 V
TL074CN | Texas Instruments | DIP-14 | Four JFET input operational amplifiers
NE555P | Texas Instruments | DIP-8 | Timer
SN74HC595N | Texas Instruments | DIP-16 | Shift register, serial in, parallel out, with latch
SN74HC165N | Texas Instruments | DIP-16 | Shift register, parallel in, serial out
SN74LS00N | Texas Instruments | DIP-14 | Four NAND gates with two inputs
DS1307+ | Analog Devices | DIP-8 | Real-time clock with I2C
L293DNE | Texas Instruments | DIP-16 | Four half bridges 36 V 0.6 A
""",
    "tube",
)

LOGIC = Group(
    "Logic",
    "SMT",
    "0.35",
    2500,
    12_000,
    """
74HC595D,118 | Nexperia | SOIC-16 | Shift register, serial in, parallel out, with latch
SN74HC595DR | Texas Instruments | SOIC-16 | Shift register, serial in, parallel out, with latch
SN74HC14DR | Texas Instruments | SOIC-14 | Six inverters with Schmitt trigger inputs
SN74LVC1G08DCKR | Texas Instruments | SC-70-5 | AND gate with two inputs
SN74LVC1G07DCKR | Texas Instruments | SC-70-5 | Buffer, open drain
SN74LVC1G17DBVR | Texas Instruments | SOT-23-5 | Buffer with Schmitt trigger input
SN74LVC2G241DCUR | Texas Instruments | VSSOP-8 | Two buffers with three-state outputs
SN74LVC4245APWR | Texas Instruments | TSSOP-24 | Eight bus transceivers 5 V to 3.3 V
TXS0108EPWR | Texas Instruments | TSSOP-20 | Level translator, eight bits, two-way
TXB0104PWR | Texas Instruments | TSSOP-14 | Level translator, four bits, two-way
NC7WZ07P6X | onsemi | SC-70-6 | Two buffers, open drain
NC7WZ17P6X | onsemi | SC-70-6 | Two buffers with Schmitt trigger inputs
ULN2003ADR | Texas Instruments | SOIC-16 | Seven Darlington drivers 50 V 500 mA
ULN2003D1013TR | STMicroelectronics | SOIC-16 | Seven Darlington drivers 50 V 500 mA
PCA9685PW,118 | NXP Semiconductors | TSSOP-28 | LED controller, 16 outputs, I2C
MCP23017-E/SO | Microchip Technology | SOIC-28 | Port expander, 16 bits, I2C
PCF8574T/3,518 | NXP Semiconductors | SOIC-16 | Port expander, 8 bits, I2C
""",
)

INTERFACE = Group(
    "Interface",
    "SMT",
    "2.1",
    1000,
    4_000,
    """
FT232RL-REEL | FTDI | SSOP-28 | USB to UART converter
FT230XS-R | FTDI | SSOP-16 | USB to UART converter
FT4232HL-REEL | FTDI | LQFP-64 | USB to four UARTs or MPSSE
CP2102-GMR | Silicon Labs | QFN-28 | USB to UART converter
CP2102N-A02-GQFN28R | Silicon Labs | QFN-28 | USB to UART converter
CH340G | WCH | SOIC-16 | USB to UART converter
SN65HVD230DR | Texas Instruments | SOIC-8 | CAN transceiver 3.3 V
ISO1050DUBR | Texas Instruments | SOP-8 | Isolated CAN transceiver
MCP2551-I/SN | Microchip Technology | SOIC-8 | CAN transceiver 5 V
TJA1050T/CM,118 | NXP Semiconductors | SOIC-8 | CAN transceiver 5 V
SN75176BDR | Texas Instruments | SOIC-8 | RS-485 transceiver 5 V
MAX485ESA+T | Analog Devices | SOIC-8 | RS-485 transceiver 5 V
SP3485EN-L/TR | MaxLinear | SOIC-8 | RS-485 transceiver 3.3 V
MAX3232ESE+T | Analog Devices | SOIC-16 | RS-232 transceiver 3.3 V
W5500 | WIZnet | LQFP-48 | Ethernet controller with TCP/IP
LAN8720A-CP-TR | Microchip Technology | QFN-24 | Ethernet transceiver 10/100
A4988SETTR-T | Allegro MicroSystems | QFN-28 | Stepper motor driver 35 V 2 A
DRV8825PWPR | Texas Instruments | HTSSOP-28 | Stepper motor driver 45 V 2.5 A
TB6612FNG,C,8,EL | Toshiba | SSOP-24 | Two motor drivers 15 V 1.2 A
MCP4725A0T-E/CH | Microchip Technology | SOT-23-6 | Digital to analog converter, 12 bits, I2C
ADS1115IDGSR | Texas Instruments | VSSOP-10 | Analog to digital converter, 16 bits, I2C
DS3231SN#T&R | Analog Devices | SOIC-16 | Real-time clock with crystal, I2C
""",
)

CONTROLLERS = Group(
    "Microcontrollers",
    "SMT",
    "3.4",
    1000,
    3_000,
    """
ATMEGA328P-AU | Microchip Technology | TQFP-32 | Microcontroller AVR 32 KB flash 20 MHz
ATMEGA328P-MU | Microchip Technology | QFN-32 | Microcontroller AVR 32 KB flash 20 MHz
ATMEGA2560-16AU | Microchip Technology | TQFP-100 | Microcontroller AVR 256 KB flash 16 MHz
ATMEGA32U4-AU | Microchip Technology | TQFP-44 | Microcontroller AVR with USB 32 KB flash
ATTINY85-20SU | Microchip Technology | SOIC-8 | Microcontroller AVR 8 KB flash 20 MHz
ATSAMD21G18A-AU | Microchip Technology | TQFP-48 | Microcontroller Cortex-M0+ 256 KB flash
STM32F030F4P6 | STMicroelectronics | TSSOP-20 | Microcontroller Cortex-M0 16 KB flash
STM32F072CBT6 | STMicroelectronics | LQFP-48 | Microcontroller Cortex-M0 with USB 128 KB flash
STM32F103C8T6 | STMicroelectronics | LQFP-48 | Microcontroller Cortex-M3 64 KB flash
STM32F103RBT6 | STMicroelectronics | LQFP-64 | Microcontroller Cortex-M3 128 KB flash
STM32F405RGT6 | STMicroelectronics | LQFP-64 | Microcontroller Cortex-M4 1 MB flash
STM32F407VGT6 | STMicroelectronics | LQFP-100 | Microcontroller Cortex-M4 1 MB flash
STM32L151C8T6 | STMicroelectronics | LQFP-48 | Microcontroller Cortex-M3, low power, 64 KB flash
NRF52832-QFAA-R | Nordic Semiconductor | QFN-48 | Bluetooth system on chip, Cortex-M4
RP2040 | Raspberry Pi | QFN-56 | Microcontroller with two Cortex-M0+
ESP32-WROOM-32E-N4 | Espressif Systems | module | Wi-Fi and Bluetooth module 4 MB
""",
    "tray",
)

CONTROLLERS_THT = Group(
    "Microcontrollers",
    "THT",
    "2.9",
    0,
    2_000,
    """
ATMEGA328P-PU | Microchip Technology | DIP-28 | Microcontroller AVR 32 KB flash 20 MHz
ATTINY85-20PU | Microchip Technology | DIP-8 | Microcontroller AVR 8 KB flash 20 MHz
MCP23017-E/SP | Microchip Technology | DIP-28 | Port expander, 16 bits, I2C
""",
    "tube",
)

MEMORY = Group(
    "Memory",
    "SMT",
    "0.6",
    2500,
    8_000,
    """
CAT24C32WI-GT3 | onsemi | SOIC-8 | EEPROM 32 Kbit I2C
CAT24C256WI-GT3 | onsemi | SOIC-8 | EEPROM 256 Kbit I2C
AT24C256C-SSHL-T | Microchip Technology | SOIC-8 | EEPROM 256 Kbit I2C
24LC256T-I/SN | Microchip Technology | SOIC-8 | EEPROM 256 Kbit I2C
W25Q128JVSIQ | Winbond | SOIC-8 | Flash memory 128 Mbit SPI
W25Q32JVSSIQ | Winbond | SOIC-8 | Flash memory 32 Mbit SPI
""",
)

SENSORS = Group(
    "Sensors",
    "SMT",
    "3.2",
    1000,
    2_500,
    """
BME280 | Bosch Sensortec | LGA-8 | Sensor of humidity, pressure and temperature
BMP280 | Bosch Sensortec | LGA-8 | Sensor of pressure and temperature
BMI160 | Bosch Sensortec | LGA-14 | Accelerometer and gyroscope
MPU-6050 | TDK InvenSense | QFN-24 | Accelerometer and gyroscope
MPU-6000 | TDK InvenSense | QFN-24 | Accelerometer and gyroscope with SPI
ADXL345BCCZ-RL | Analog Devices | LGA-14 | Accelerometer 16 g
MMA8452QR1 | NXP Semiconductors | QFN-16 | Accelerometer 8 g, 12 bits
MPL3115A2 | NXP Semiconductors | LGA-8 | Altimeter, 20 bits
MCP9700T-E/TT | Microchip Technology | SOT-23 | Temperature sensor, analog output
TMP102AIDRLT | Texas Instruments | SOT-563 | Temperature sensor, 12 bits, I2C
A1324LLHLT-T | Allegro MicroSystems | SOT-23W | Hall sensor, linear
TEMT6000X01 | Vishay | 1206 | Ambient light sensor
NTCG163JF103FT1S | TDK | 0603 | Thermistor NTC 10 kOhm 1 %
""",
)

SENSORS_THT = Group(
    "Sensors",
    "THT",
    "1.4",
    0,
    2_500,
    """
TMP36GT9Z | Analog Devices | TO-92 | Temperature sensor, analog output
DS18B20+ | Analog Devices | TO-92 | Temperature sensor, one wire
TSOP38238 | Vishay | SIP-3 | Infrared receiver 38 kHz
DHT11 | Aosong | SIP-4 | Sensor of humidity and temperature
""",
)

CONNECTORS = Group(
    "Connectors",
    "THT",
    "0.3",
    0,
    8_000,
    """
B2B-XH-A(LF)(SN) | JST | 2.5 mm | Pin header XH, 2 positions, upright
B3B-XH-A(LF)(SN) | JST | 2.5 mm | Pin header XH, 3 positions, upright
B4B-XH-A(LF)(SN) | JST | 2.5 mm | Pin header XH, 4 positions, upright
B5B-XH-A(LF)(SN) | JST | 2.5 mm | Pin header XH, 5 positions, upright
B2B-PH-K-S(LF)(SN) | JST | 2 mm | Pin header PH, 2 positions, upright
B3B-PH-K-S(LF)(SN) | JST | 2 mm | Pin header PH, 3 positions, upright
B4B-PH-K-S(LF)(SN) | JST | 2 mm | Pin header PH, 4 positions, upright
S2B-PH-K-S(LF)(SN) | JST | 2 mm | Pin header PH, 2 positions, angled
B2P-VH(LF)(SN) | JST | 3.96 mm | Pin header VH, 2 positions, upright
1935161 | Phoenix Contact | 5 mm | Terminal block, 2 positions
1935174 | Phoenix Contact | 5 mm | Terminal block, 3 positions
61300211121 | Würth Elektronik | 2.54 mm | Pin header, 2 positions, upright
61300311121 | Würth Elektronik | 2.54 mm | Pin header, 3 positions, upright
61300411121 | Würth Elektronik | 2.54 mm | Pin header, 4 positions, upright
61300611121 | Würth Elektronik | 2.54 mm | Pin header, 6 positions, upright
PJ-002A | Same Sky | 2 mm pin | Power jack 5.5 x 2 mm
PJ-102A | Same Sky | 2.1 mm pin | Power jack 5.5 x 2.1 mm
302-S101 | On Shore Technology | 2.54 mm | Box header, 10 positions
5000 | Keystone Electronics | 2.54 mm | Test point, red
5001 | Keystone Electronics | 2.54 mm | Test point, black
""",
)

CONNECTORS_SMT = Group(
    "Connectors",
    "SMT",
    "0.5",
    1000,
    6_000,
    """
B2B-PH-SM4-TB(LF)(SN) | JST | 2 mm | Pin header PH, 2 positions, upright
S2B-PH-SM4-TB(LF)(SN) | JST | 2 mm | Pin header PH, 2 positions, angled
10118193-0001LF | Amphenol | SMD | USB receptacle Micro-B
10118194-0001LF | Amphenol | SMD | USB receptacle Micro-B
10103594-0001LF | Amphenol | SMD | USB receptacle Micro-B
TYPE-C-31-M-12 | Korean Hroparts | SMD | USB receptacle Type-C, 16 positions
USB4105-GF-A | GCT | SMD | USB receptacle Type-C, 16 positions
U.FL-R-SMT(10) | Hirose Electric | SMD | Coaxial connector U.FL 6 GHz
20021121-00010C4LF | Amphenol | 1.27 mm | Pin header, 2 x 5 positions
SJ-3523-SMT-TR | Same Sky | SMD | Audio jack 3.5 mm, stereo
""",
)

SWITCHES = Group(
    "Switches and relays",
    "SMT",
    "0.75",
    1000,
    5_000,
    """
B3U-1000P | Omron | 3 x 2.5 mm | Tactile switch
""",
)

ELECTROMECHANICAL = Group(
    "Switches and relays",
    "THT",
    "0.8",
    0,
    2_500,
    """
B3F-1000 | Omron | 6 x 6 mm | Tactile switch
EG1218 | E-Switch | 2.5 mm | Slide switch, one pole, two positions
PEC11R-4215F-S0024 | Bourns | 12 mm | Rotary encoder, 24 pulses, with switch
G5V-1-DC5 | Omron | DIP | Signal relay 5 V
G5V-1-DC12 | Omron | DIP | Signal relay 12 V
G5LE-14 DC5 | Omron | 5 pins | Power relay 5 V 10 A
""",
    "tube",
)

CRYSTALS = Group(
    "Crystals and resonators",
    "SMT",
    "0.4",
    1000,
    5_000,
    """
CSTCE16M0V53-R0 | Murata Electronics | 3.2 x 1.3 mm | Ceramic resonator 16 MHz
CSTCE8M00G55-R0 | Murata Electronics | 3.2 x 1.3 mm | Ceramic resonator 8 MHz
ABM3-25.000MHZ-D2Y-T | Abracon | 5 x 3.2 mm | Crystal 25 MHz 18 pF
ABM3B-8.000MHZ-10-1UT | Abracon | 5 x 3.2 mm | Crystal 8 MHz 10 pF
ABM8-16.000MHZ-B2-T | Abracon | 3.2 x 2.5 mm | Crystal 16 MHz 18 pF
ABS07-32.768KHZ-T | Abracon | 3.2 x 1.5 mm | Crystal 32.768 kHz 12.5 pF
PKMCS0909E4000-R1 | Murata Electronics | 9 x 9 mm | Sounder 4 kHz
""",
)

GROUPS = (
    RESISTORS, ARRAYS, TRIMMERS, CERAMICS, TANTALUM, ELECTROLYTIC, BEADS, INDUCTORS, LEDS, DIODES, DIODES_THT, PROTECTION,
    TRANSISTORS, TRANSISTORS_THT, REGULATORS, REGULATORS_THT, AMPLIFIERS, DIP_ICS, LOGIC, INTERFACE, CONTROLLERS,
    CONTROLLERS_THT, MEMORY, SENSORS, SENSORS_THT, CONNECTORS, CONNECTORS_SMT, SWITCHES, ELECTROMECHANICAL, CRYSTALS,
)  # fmt: skip
