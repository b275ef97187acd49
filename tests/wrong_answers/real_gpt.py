"""Typical wrong answers to the exercises of chapters/17_real_gpt.ipynb: code, and words of the verdict that it must get."""

WRONG = {
    "exercise_one": [("answer_one = 1", "Add the two numbers")],
    "exercise_two": [("answer_two = 2", "Add the two numbers")],
    "exercise_three": [("answer_three = 3", "Add the two numbers")],
}
