"""What someone who has just installed the package does first."""

import tropanel
from importlib import metadata, resources

result = tropanel.trop(
    tropanel.datasets.prop99(),
    outcome="packs_per_capita",
    treatment="treated",
    unit="state",
    time="year",
    lambdas={"time": 3, "unit": 0.0459, "nn": float("inf")},
    backend="rust",
    progress=False,
)
print(f"ATT {result.att:.2f}, standard error {result.se:.1f}")
# The demo's California, at lambdas rounded to three digits.
assert abs(result.att + 19.56) < 0.01
assert tropanel.__version__ == metadata.version("tropanel")

files = {file.name: file for file in metadata.files("tropanel")}
for name in ("LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES"):
    assert files[name].locate().stat().st_size > 1000, name
told = metadata.metadata("tropanel")
assert {url.split(",")[0] for url in told.get_all("Project-URL")} >= {"Documentation", "Source", "Issues"}
assert told["License-Expression"] == "MIT OR Apache-2.0"
assert "@" in told["Author-email"]
assert resources.files("tropanel").joinpath("py.typed").is_file()
