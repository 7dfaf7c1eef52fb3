"""The rules of the sales agents of `rulesets/china-mobile-sa`, written out by hand.

What a partner portal would have that knows this programme and nothing of our library: plain records, plain functions,
the numbers of the programme as constants beside the rules that use them. It is what the library is measured against,
and an independent check of it, as both have to come to the same outcomes. Nothing in here imports it but `compared`.
"""
