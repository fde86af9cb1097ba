from tests.apps.intake.conftest import how, register, town, workbook

__all__ = ["how", "register", "town", "workbook"]
