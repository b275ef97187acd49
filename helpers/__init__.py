"""The book's small shared package: each definition is first built in a chapter, then kept here.

The road that data takes, in this order; a module imports only from those before it:

names      the shipped names, a reader's own, and one fixed split into training and held-out names
text       the shipped text, a reader's own, and one fixed split into three parts
tokenizer  letters to token ids, and back
bpe        text to tokens of many letters, and back
counting   tables of counts that predict the next token; the loss; sampling
scalar     Value: a number that knows which knob caused it, and by how much
tensor     Tensor: the same for whole arrays
model      the GPT: attention, blocks, and all of it, as functions over a dict of named Tensors
window     a network that reads a fixed number of letters, the GPT's opponent
batching   many names as one array, padded
checkpoints   models and runs as files
progress   a bar for loops that keep a reader waiting; not taught
training   from gradients to better parameters: steps, Adam, the schedule, the whole loop
distributed   several workers that train one model
sampling   from logits to the next token, and the next, with a cache
gpt2       GPT-2: what it has that our GPT has not, and its files
tables     counted tables for long text, frozen or counting while they read
tuning     a trained model made to do what you want, by examples or by a reward
reading    a GPT on long text: windows to train on, its surprise token by token
scaling    operations, and power laws with their errors
inspecting   what a model computed on the way, and what is lost without a part of it
speed      how long something takes, and why: a stopwatch, a count of the work, a prediction

What serves the page and the reader, and is not taught:

palette    the book's colours
plotting   pictures that describe themselves, and the map of the machine
drawings   pictures that one chapter needs, a module each
recording  scripts that train for minutes, what they recorded, and the trained models
ladder     every model's held-out loss, and the check that a chapter still reaches it
text_ladder   the same for the models that read text, in nats per byte
nudging    gradients by nudging, the judge of every gradient
checks     what the exercises' checks say, a module for each chapter
live       the figures that compute in the page, a Python and a JavaScript file each
"""
