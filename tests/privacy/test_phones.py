"""National numbers as they are written where they are used, and numbers of other things."""

from __future__ import annotations

import pytest
from found import parts

from handoff_core.privacy import Kind


@pytest.mark.parametrize(
    ("region", "text", "part"),
    [
        ("FR", "tél 06.12.34.56.78", "06.12.34.56.78"),
        ("FR", "appelez le 01.42.68.53.00 svp", "01.42.68.53.00"),
        ("FR", "+33.6.12.34.56.78", "+33.6.12.34.56.78"),
        ("ES", "mi móvil 612.34.56.78", "612.34.56.78"),
        ("ES", "612.34.56.78", "612.34.56.78"),
        ("ES", "llama al 91.123.45.67", "91.123.45.67"),
        ("DE", "Tel. 030.12.34.56.7", "030.12.34.56.7"),
        ("ES", "mi número es 612345678", "612345678"),
        ("ES", "llama al 612345678", "612345678"),
        ("ES", "llámame al 911234567 por la tarde", "911234567"),
        ("FR", "appel au 142685300", "142685300"),
        ("PT", "ligue 912345678", "912345678"),
        ("US", "text me: 415_555_2671", "415_555_2671"),
        ("US", "[415] 555-2671", "[415] 555-2671"),
        ("US", "my phone, order 12 is late, 415-555-2671", "415-555-2671"),
        ("DE", "[20] 030 1234567", "030 1234567"),
    ],
)
def test_a_national_number_is_found_as_it_is_written_there(region: str, text: str, part: str) -> None:
    assert parts(text, Kind.PHONE, region) == [part]


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("US", "192.168.100.200"),
        ("FR", "ping 10.12.34.56 first"),
        ("DE", "75.41.353.29"),
        ("DE", "version 12.34.56.78.90"),
        ("US", "USD 3125550147"),
        ("US", "EUR: 3125550147"),
        ("US", "SN: 3125550147"),
        ("US", "S/N 3125550147"),
        ("US", "routing 3125550147"),
        ("US", "IMG_415_555_2671.jpg"),
        ("US", "20240315_101112_33"),
        ("DE", "Vertragsnummer 0301234567"),
        ("DE", "Kundennr 0301234567"),
        ("FR", "SIREN 732 829 320"),
        ("FR", "dossier 0142685300"),
        ("FR", "dossier numéro 0142685300"),
        ("ES", "pedido número 912345678"),
        ("ES", "mi número de cliente es 612345678"),
        ("ES", "son 612345678 unidades"),
    ],
)
def test_numbers_of_other_things_are_no_phones(region: str, text: str) -> None:
    assert parts(text, Kind.PHONE, region) == []
