"""What a build of Portal does beyond copying: catalogues are compiled, page files come along."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BESIDE_THE_PACKAGE = ("templates", "static", "translations")


class PortalBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles translations in every build; moves page files into the package for a real wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_catalogs(root / "translations")

        # An editable install reads the folders where they are; copies of them would go stale.
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"].update(
                {
                    str(root / name): f"portal/{name}"
                    for name in BESIDE_THE_PACKAGE
                    if (root / name).is_dir()
                }
            )


def compile_catalogs(folder: Path) -> None:
    """Write the .mo beside each .po; a fuzzy message stays in English."""
    for po in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parts[-3])
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalog)
