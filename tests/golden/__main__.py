"""Keep the digests of today: ``python -m tests.golden "why they changed"``; the commit message gives the reason too.

Where behaviour changed on purpose, raise ``ENGINE_VERSION`` in simulation/simulate.py with it, so that no stored
replication of the old behaviour is taken for one of the new.
"""

import sys

from tests.golden.digests import FILE, current, keep


def main() -> int:
    """Write the file and say what moved; 2 without a reason."""
    reason = " ".join(sys.argv[1:]).strip()
    if not reason:
        sys.stderr.write('say why: python -m tests.golden "the till rounds to the nearest cent"\n')
        return 2
    digests = current()
    moved = keep(digests, reason)
    sys.stdout.write(f"{FILE.name}: {len(moved)} of {len(digests)} moved\n" + "".join(f"  {name}\n" for name in moved))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
