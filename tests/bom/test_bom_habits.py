"""What real BOM files do, one subject a line, and the test that shows how each is read.

A subject without a test of its own stands in docs/reading.md under "What is not done", with the reason. The table is
checked: every test must exist, and every reason must be on the page.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "reading.md"

FILES, TEXT = "bom/test_bom_habits_files.py", "sheets/test_sheets_text.py"
LAYOUT, CELLS, ROWS = "bom/test_bom_reading_layout.py", "bom/test_bom_reading_cells.py", "bom/test_bom_reading_rows.py"
HEADERS, PLACEMENT, SHAPES = (f"bom/test_bom_reading_{name}.py" for name in ("headers", "placement", "shapes"))
REFS, COUNT, MPN, MARKS, VALUES = (
    f"bom/test_bom_grammar_{name}.py" for name in ("designators", "quantity", "mpn", "placement", "values")
)
PROFILES, COLUMNS, HOSTILE = "bom/test_bom_profiles.py", "bom/test_bom_columns.py", "hostile/"
MATCH, BOOKS = "parts/test_parts_matching.py", "sheets/test_sheets_workbooks.py"
NOT_DONE = "docs"

HABITS: dict[str, tuple[str, str]] = {
    # files and encodings
    "UTF-8 with a byte order mark": (FILES, "test_encodings_are_found"),
    "UTF-16 with a byte order mark": (FILES, "test_encodings_are_found"),
    "UTF-16 without a byte order mark": (FILES, "test_encodings_are_found"),
    "Chinese encodings": (FILES, "test_encodings_are_found"),
    "Japanese encodings": (FILES, "test_encodings_are_found"),
    "Western encodings": (FILES, "test_encodings_are_found"),
    "one bad byte": (FILES, "test_one_wrong_byte_is_told_with_its_place"),
    "delimiters": (FILES, "test_separators_are_found_by_all_rows"),
    "separator line": (FILES, "test_separator_line_of_excel_is_obeyed"),
    "line breaks in quotes": (FILES, "test_line_breaks_inside_quotes_are_one_cell"),
    "stray quotes": (FILES, "test_a_quote_that_nobody_closes_is_kept_and_told"),
    "apostrophes": (FILES, "test_inch_marks_and_apostrophes_are_data"),
    "line ends": (FILES, "test_line_ends"),
    "NUL characters": (FILES, "test_nul_characters_are_removed_and_told"),
    "wrong extensions": (FILES, "test_names_lie_and_contents_decide"),
    "kinds of workbooks and packed text": (FILES, "test_a_packed_file_is_read"),
    "password protection": (HOSTILE, "test_a_password_protected_workbook_is_named"),
    "lock files": (HOSTILE, "test_lock_files_are_refused"),
    "nothing there": (FILES, "test_nothing_there_has_words_of_its_own"),
    "blank rows to the end of the sheet": (LAYOUT, "test_blank_rows_to_the_end_of_the_sheet_cost_nothing"),
    # layout
    "title block": (LAYOUT, "test_title_block_above_the_header_is_kept_as_metadata"),
    "two header rows": (LAYOUT, "test_two_header_rows_are_joined_downwards"),
    "repeated header": (LAYOUT, "test_header_repeated_on_every_page_is_dropped"),
    "totals and footers": (LAYOUT, "test_totals_approvals_and_notes_are_no_parts"),
    "section rows": (LAYOUT, "test_section_rows_tag_the_lines_below_them"),
    "cells merged downwards": (LAYOUT, "test_merged_part_number_is_filled_down_inside_the_merge_only"),
    "blanks that mean the same as above": (PLACEMENT, "test_alternates_in_rows_below_their_line"),
    "tables that start anywhere": (LAYOUT, "test_table_may_start_anywhere"),
    "hidden rows, columns and sheets": (LAYOUT, "test_hidden_rows_are_read_and_told"),
    "filtered rows": (NOT_DONE, "filtered rows told apart from hidden ones"),
    "struck rows": (LAYOUT, "test_struck_row_is_taken_as_removed_with_a_warning"),
    "several sheets": (LAYOUT, "test_best_sheet_is_read_and_the_others_are_named"),
    "several tables on a sheet": (FILES, "test_both_sides_on_one_sheet_are_one_bom"),
    "columns of variants": (PLACEMENT, "test_variant_columns_are_told_and_one_is_chosen_by_the_caller"),
    "one row a designator": (LAYOUT, "test_one_row_a_designator_with_the_quantity_on_the_first"),
    "wrapped designators": (LAYOUT, "test_designators_wrapped_into_the_next_row_continue_the_line"),
    "fixed-width reports": (LAYOUT, "test_fixed_width_report_is_read"),
    "levels": (LAYOUT, "test_levels_multiply_quantities_down"),
    "formulas without a result": (FILES, "test_formulas_are_never_computed_here"),
    "error cells": (LAYOUT, "test_error_cell_is_an_error_and_never_a_text"),
    "the same header twice": (LAYOUT, "test_same_header_twice_is_a_numbered_pair"),
    "unnamed columns": (LAYOUT, "test_column_without_a_header_is_kept"),
    "row of units": (LAYOUT, "test_row_of_units_below_the_header_is_skipped"),
    "comments on cells": (LAYOUT, "test_comment_on_a_cell_is_surfaced"),
    "text struck in part": (LAYOUT, "test_struck_part_of_a_cell_is_left_out_and_told"),
    # headers
    "spellings of headers": (HEADERS, "test_spellings"),
    "ambiguous part numbers": (HEADERS, "test_ambiguous_names_are_decided_by_the_cells"),
    "headers in other languages": (HEADERS, "test_languages"),
    "total quantity beside the one per board": (HEADERS, "test_quantity_per_board_is_taken_and_the_total_is_not"),
    "units, breaks and hard blanks in headers": (FILES, "test_headers_with_units_breaks_and_hard_blanks"),
    # designators
    "separators of designators": (REFS, "test_separators_mean_the_same"),
    "ranges": (REFS, "test_every_way_to_write_five_capacitors"),
    "names with hyphens and dots": (REFS, "test_names_stay_whole"),
    "backward and endless ranges": (REFS, "test_backward_and_endless_ranges_are_left_and_said"),
    "leading zeros of designators": (REFS, "test_expands"),
    "units of one package": (REFS, "test_duplicates_and_units_are_counted_all_the_same"),
    "a designator in two lines": (CELLS, "test_same_designator_in_two_lines_is_an_error_naming_both"),
    "quantity against designators": (CELLS, "test_quantity_against_designators_is_told_at_the_cell"),
    "lines without designators": (CELLS, "test_parts_without_designators_are_lines"),
    "designators never numbered": (CELLS, "test_never_annotated_designators_are_told"),
    "small letters": (REFS, "test_fold_and_kind"),
    "trailing separators and counts": (REFS, "test_counts_beside_designators"),
    # quantities
    "quantities with units": (COUNT, "test_plain_quantities"),
    "decimal comma or thousands": (COUNT, "test_the_style_of_the_column_decides"),
    "lengths, and as required": (COUNT, "test_quantities_with_a_remark"),
    "blank, zero and negative": (COUNT, "test_no_quantity_is_said_and_never_guessed"),
    "float noise": (COUNT, "test_float_noise_is_taken_off_and_said"),
    "quantities made dates": (COUNT, "test_dates"),
    # part numbers
    "scientific notation": (CELLS, "test_long_number_of_a_workbook_is_restored_from_the_cell"),
    "lost leading zeros": (MPN, "test_lost_zeros_are_only_restored_by_the_format"),
    "part numbers made dates": (CELLS, "test_part_numbers_that_a_spreadsheet_destroyed_are_errors"),
    "part numbers that look like numbers": (CELLS, "test_part_numbers_that_look_like_something_else_stay"),
    "TRUE and FALSE": (MPN, "test_damage"),
    "trailing point zero": (MPN, "test_damage"),
    "invisible characters and lookalikes": (CELLS, "test_invisible_characters_and_lookalikes_are_told_and_kept_raw"),
    "commas and slashes in part numbers": (MPN, "test_part_numbers_stay_whole"),
    "maker in the cell of the part number": (MPN, "test_a_known_maker_in_the_cell_is_split_off"),
    "packaging endings": (MATCH, "test_levels_that_may_be_costed"),
    "names of makers": (VALUES, "test_same_maker"),
    "numbers of shops only": (SHAPES, "test_numbers_of_a_shop_below_part_number"),
    "placeholders": (MPN, "test_placeholders"),
    "values only": (MATCH, "test_values_give_candidates_only"),
    "description against part number": (MATCH, "test_contradictions_go_to_a_person"),
    "links": (LAYOUT, "test_hyperlink_gives_text_and_address"),
    "footnote marks": (CELLS, "test_footnote_marks_are_taken_off_part_numbers"),
    # do not place
    "words for not placed": (PLACEMENT, "test_words_in_any_column"),
    "columns of either polarity": (PLACEMENT, "test_flag_columns_of_either_polarity"),
    "excluded from the BOM": (PLACEMENT, "test_excluded_from_the_bom_is_kept_and_told"),
    "a line left out in part": (PLACEMENT, "test_partly_left_out_line_is_split"),
    "not placed with quantity zero": (PLACEMENT, "test_quantity_that_says_dnp"),
    # alternates
    "numbered columns": (HEADERS, "test_numbered_columns_are_the_part_and_its_alternates"),
    "rows of alternates": (PLACEMENT, "test_alternates_under_the_same_item_number_count_once"),
    "alternates in one cell": (PLACEMENT, "test_alternates_in_one_cell"),
    "order or any of them": (NOT_DONE, 'telling "any of these" from "in this order"'),
    "the same part in several lines": (CELLS, "test_same_part_in_several_lines_stays_several_lines"),
    # exports of tools
    **{
        f"exports of {tool}": (PROFILES, "test_exports_of_every_tool_are_recognised_and_read")
        for tool in ("KiCad", "Altium", "Eagle and Fusion", "OrCAD", "Allegro", "PADS", "Proteus", "EasyEDA", "DipTrace")
    },
    "exports of Zuken and gEDA": (NOT_DONE, "profiles for CR-5000 and gEDA"),
    "exports of PLM systems": (PROFILES, "test_exports_of_every_tool_are_recognised_and_read"),
    "carts of shops": (PROFILES, "test_exports_of_every_tool_are_recognised_and_read"),
    # names
    "case, blanks and signs of part numbers": (MPN, "test_what_compares_equal"),
}  # fmt: skip


@functools.cache
def names(place: str) -> frozenset[str]:
    """The test functions of a file, or of all files of a folder."""
    files = sorted((TESTS / place).glob("*.py")) if place.endswith("/") else [TESTS / place]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    return frozenset(node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))


def test_no_habit_is_forgotten() -> None:
    assert len(HABITS) == 108


@pytest.mark.parametrize("subject", HABITS)
def test_every_habit_is_shown_or_its_reason_given(subject: str) -> None:
    place, name = HABITS[subject]
    if place == NOT_DONE:
        missing = PAGE.read_text(encoding="utf-8").partition("## What is not done")[2]
        assert f"| {name} |" in missing
    else:
        assert name in names(place)
