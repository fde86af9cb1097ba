"""Acts on people's files; each runs in the caller's transaction where it says so."""

from fournets.people.services.file import file_people
from fournets.people.services.forgotten import NAMED
from fournets.people.services.merge import declare_apart, merge_people, split_person, undo_merge
from fournets.people.services.review import answer_reviews, decide_review, reopen_reviews, undo_review
from fournets.people.services.search import index_people
from fournets.people.services.withdraw import withdraw_file

__all__ = [
    "NAMED",
    "answer_reviews",
    "decide_review",
    "declare_apart",
    "file_people",
    "index_people",
    "merge_people",
    "reopen_reviews",
    "split_person",
    "undo_merge",
    "undo_review",
    "withdraw_file",
]
