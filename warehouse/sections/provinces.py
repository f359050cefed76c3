"""The settings of the provincial study."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from warehouse.sections.base import Section, Share, like


class Provinces(Section):
    """The provincial study (docs/methods.md, Provinces; docs/provinces.md). Codes of provinces are GB/T 2260."""

    topic: str = "ic-manufacturing"
    outcome_year: int | None = Field(default=None, ge=1900, le=2100)
    lag_years: int = Field(default=1, ge=0, le=20)
    year_by: Literal["publication", "filing"] = "publication"
    from_applicant_name: bool = True
    exclude: tuple[Annotated[str, like(r"\d{6}", "a code of GB/T 2260, such as 540000")], ...] = (
        "540000", "640000", "650000", "710000", "810000", "820000",
    )  # fmt: skip
    conditions: tuple[str, ...] = (
        "digital_technology", "rd_intensity", "organizational_agglomeration", "industrial_coordination",
        "market_environment", "government_support",
    )  # fmt: skip
    quantile_type: Literal[2, 6, 7] = 7
    anchors: dict[str, tuple[float, float, float]] = Field(default={})
    half: Literal["keep", "raise", "lower"] = "raise"
    nca_data: Literal["calibrated", "raw"] = "calibrated"
    nca_effect: Share = 0.1
    nca_p: Share = 0.05
    permutations: int = Field(default=10_000, ge=0)
    seed: int = Field(default=20210601, ge=0, lt=2**31)
    necessity: Share = 0.9
    consistency: Share = 0.85
    pri: Share = 0.75
    frequency: int = Field(default=1, ge=1)
    expectations: dict[str, Literal["present", "absent", "none"]] = Field(default={})
    robust_consistency: Share = 0.9
    on_refresh: bool = True
