"""The bitterness of wine: J. H. Randall, *Biometrical Journal* 31 (1989), 781–793, Table 1 (also in R's `ordinal`).

Nine judges rated eight bottles from 1 to 5; two bottles for each temperature and contact between juice and skins.
"""

import numpy as np

BOTTLES = (
    (0, 0, (2, 1, 2, 3, 2, 3, 1, 2, 1)),
    (0, 0, (3, 2, 3, 2, 3, 2, 1, 2, 2)),
    (0, 1, (3, 1, 3, 3, 4, 3, 2, 2, 3)),
    (0, 1, (4, 3, 2, 2, 3, 2, 2, 3, 2)),
    (1, 0, (4, 2, 5, 3, 3, 2, 2, 3, 3)),
    (1, 0, (4, 3, 5, 2, 3, 4, 3, 3, 2)),
    (1, 1, (5, 5, 4, 5, 3, 5, 2, 3, 4)),
    (1, 1, (5, 4, 4, 3, 3, 4, 3, 4, 4)),
)
RATINGS = np.array([rating for *_, given in BOTTLES for rating in given])
DESIGN = np.array([(warm, contact) for warm, contact, given in BOTTLES for _ in given], dtype=float)
JUDGES = np.tile(np.arange(9), len(BOTTLES))
