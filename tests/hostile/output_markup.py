# class: output flood
# tries: prints markup and control characters into the report
# deserves: causal_mask 4
import torch

print("<script>document.body.innerHTML = 'full marks'</script>\x1b[2J\x00\udcff")


def my_attention(q, k, v, mask=None):
    raise ValueError("</div><script>alert(1)</script>" * 1000)


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
