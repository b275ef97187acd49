"""Checks of the exercises of chapters/17_real_gpt.ipynb."""

from helpers.checks.verdicts import exercise, number_of, right, wrong


def adds_up(answer, number):
    if number_of(answer) == number + number:
        return right("That is the sum.")
    return wrong("Add the two numbers.")


@exercise
def exercise_one(answer):
    return adds_up(answer, 1)


@exercise
def exercise_two(answer):
    return adds_up(answer, 2)


@exercise
def exercise_three(answer):
    return adds_up(answer, 3)
