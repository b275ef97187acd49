"""The same GPT in PyTorch, as a judge over helpers/model.py: its own operations, and autograd that is not ours."""

import torch
from torch.nn import functional as F


def logits_of(params, token_ids, config):
    """params: name -> torch tensors, as `init_params` names them; token_ids: (B, T) -> (B, T, V)"""
    token_ids = torch.as_tensor(token_ids)
    B, T = token_ids.shape
    C = config.n_embd

    def norm(x):
        return F.rms_norm(x, (C,), eps=1e-5)

    def heads(x):
        return x.view(B, T, config.n_head, C // config.n_head).transpose(1, 2)

    x = norm(params["wte"][token_ids] + params["wpe"][:T])
    for i in range(config.n_layer):
        w = {name.split(".")[1]: tensor for name, tensor in params.items() if name.startswith(f"layer{i}.")}
        a = norm(x)
        query, key, value = (heads(F.linear(a, w[name])) for name in ("attn_wq", "attn_wk", "attn_wv"))
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + F.linear(mixed.transpose(1, 2).reshape(B, T, C), w["attn_wo"])
        x = x + F.linear(F.relu(F.linear(norm(x), w["mlp_fc1"])), w["mlp_fc2"])
    return F.linear(x, params["lm_head"])


def loss_of(params, batch, config):
    """The mean surprise over the real tokens of a batch, as `helpers.training.batch_loss` gives it."""
    token_ids, next_ids, is_real = batch
    targets = torch.as_tensor(next_ids).clone()
    targets[~torch.as_tensor(is_real)] = -100   # PyTorch's number for "leave it out"
    return F.cross_entropy(logits_of(params, token_ids, config).flatten(0, 1), targets.flatten())
