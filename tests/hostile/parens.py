# class: deep recursion
# tries: a line nested too deep for the parser
# deserves: causal_mask 0
x = 1


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
