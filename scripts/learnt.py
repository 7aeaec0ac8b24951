"""How the numbers of `agent/reply/network.py` are learnt: the same network in JAX, by AdamW, one business a step.

Of each business some topics are left out in half of the steps, so that their questions are answered by nothing, and
some texts of the others, so that no question leans on one. The loss is the cross entropy of the right topic or of none.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
import optax
from asked_of import Asked, Sentences

from agent.reply.network import SPREAD, Numbers

DOWN, WORDS, HIDDEN = 32, 32, 32
STEPS = 7  # times that each business is seen
RATE, DECAY, WARM_UP = 3e-3, 1e-2, 30
AS_IT_WAS = 0.3  # weight of how far sentences are moved
FEW = 1e-3  # ridge of the traits' weights
UNHEARD = 0.15  # words of a question that are left out
TEXTS, QUESTIONS, TOPICS = 72, 96, 12  # of a step; each is padded to
LEFT_OUT, KEPT = 0.5, 0.75
_FAR = -9.0

Parameters = dict[str, jax.Array]


def learn(businesses: Sequence[Asked], talk: Sentences, seed: int = 0) -> Numbers:
    """Fit. Takes minutes."""
    random = np.random.default_rng(seed)
    names = sorted({name for one in businesses for name in one.names})
    traits = [_in_order(one, names) for one in businesses]
    rows = np.concatenate([of.reshape(-1, len(names)) for of in traits])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-3
    parameters = begin(len(names), random)
    rate = optax.warmup_cosine_decay_schedule(0, RATE, WARM_UP, STEPS * len(businesses))
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=DECAY))
    state = optimiser.init(parameters)

    @jax.jit
    def step(
        parameters: Parameters, state: optax.OptState, *batch: jax.Array
    ) -> tuple[Parameters, optax.OptState, jax.Array]:
        lost, gradient = jax.value_and_grad(loss)(parameters, *batch)
        updates, state = optimiser.update(gradient, state, parameters)
        return optax.apply_updates(parameters, updates), state, lost

    for round_ in range(STEPS):
        lost = []
        for at in random.permutation(len(businesses)):
            batch = padded(businesses[at], (traits[at] - mean) / spread, random)
            parameters, state, one = step(parameters, state, *batch, *as_arrays(talk))
            lost.append(float(one))
        print(f"round {round_ + 1} of {STEPS}: {np.mean(lost):.3f}", flush=True)
    found = {name: np.asarray(value) for name, value in parameters.items()}
    scale = float(np.exp(found.pop("steep")))
    single = {name: float(found.pop(name)) for name in ("matters", "background", "nothing")}
    return Numbers(**found, **single, scale=scale, mean=mean, spread=spread, traits=tuple(names))


def begin(traits: int, random: np.random.Generator) -> Parameters:
    """Before anything is learnt: sentences as they are, words by chance, traits that count for nothing."""
    found = {
        "down": random.normal(size=(384, DOWN)) / 20,
        "up": np.zeros((DOWN, 384)),
        "context": random.normal(size=(384, WORDS)) / 20,
        "alone": random.normal(size=(384, WORDS)) / 20,
        "matters_context": np.zeros(384),
        "matters_alone": np.zeros(384),
        "matters": 0.5,
        "near": np.array([1.0, 0.3, 0.1]),
        "background": 0.5,
        "steep": np.log(10.0),
        "nothing": 5.0,
        "weights": np.zeros(traits),
        "hidden": random.normal(size=(traits, HIDDEN)) / 8,
        "hidden_bias": np.zeros(HIDDEN),
        "out": np.zeros(HIDDEN),
    }
    return {name: jnp.asarray(value, jnp.float32) for name, value in found.items()}


def padded(one: Asked, plain: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, ...]:
    """A step of a business whose traits, in standard deviations, are `plain`: questions, texts, of which topic the
    texts are, which each question sees, traits, and the right topics (TOPICS: none, -1: no question)."""
    chosen = random.permutation(len(one.right))[:QUESTIONS]
    topics = plain.shape[1]
    right = np.where(one.right[chosen] < 0, TOPICS, one.right[chosen])
    of = np.full(TEXTS, -1)
    of[: len(one.of)] = one.of[:TEXTS]
    if random.random() < LEFT_OUT:
        gone = random.choice(topics, random.integers(1, 3), replace=False)
        of, right = np.where(np.isin(of, gone), -1, of), np.where(np.isin(right, gone), TOPICS, right)
    traits = np.zeros((QUESTIONS, TOPICS, plain.shape[2]), np.float32)
    traits[: len(chosen), :topics] = np.clip(plain[chosen], -SPREAD, SPREAD)
    questions = [_filled(array[chosen], QUESTIONS) for array in as_arrays(one.questions)]
    questions[3] = questions[3] * np.where(random.random(questions[3].shape) < UNHEARD, 1e-6, 1.0).astype(np.float32)
    texts = [_filled(array[:TEXTS], TEXTS) for array in as_arrays(one.texts)]
    own = np.full(QUESTIONS, -1)
    own[: len(chosen)] = one.own[chosen]
    seen = (random.random((QUESTIONS, TEXTS)) < KEPT) & (np.arange(TEXTS) != own[:, None])
    weight = np.ones(QUESTIONS)
    weight[: len(chosen)] = one.weight[chosen]
    labels = np.full(QUESTIONS, -1)
    labels[: len(chosen)] = right
    return (*questions, *texts, of, seen, traits, labels, weight)


def _in_order(one: Asked, names: Sequence[str]) -> np.ndarray:
    """Its traits in the order of `names`."""
    traits = np.zeros((*one.traits.shape[:2], len(names)), np.float32)
    traits[..., [names.index(name) for name in one.names]] = one.traits
    return traits


def as_arrays(of: Sentences) -> tuple[np.ndarray, ...]:
    """In the order of `loss`."""
    return of.whole, of.context.astype(np.float32), of.alone.astype(np.float32), of.there


def loss(parameters: Parameters, *batch: jax.Array) -> jax.Array:
    """Of one step; the batch as `padded` has it, then the background."""
    question, text, (of, seen, traits, right, weight), talk = batch[:4], batch[4:8], batch[8:13], batch[13:]
    near = jnp.where(seen, _near(parameters, question, text), _FAR)
    each = [_nearest(jnp.where(of[None] == topic, near, _FAR)) for topic in range(TOPICS)]
    background = parameters["background"] * _nearest(_near(parameters, question, talk))
    topics = jnp.stack(each, axis=1) - background[:, None]
    hidden = jnp.tanh(traits @ parameters["hidden"] + parameters["hidden_bias"]) @ parameters["out"]
    odds = topics * jnp.exp(parameters["steep"]) + traits @ parameters["weights"] + hidden
    odds = jnp.where(topics < -5, -30.0, odds)
    odds = jnp.concatenate([odds, jnp.broadcast_to(parameters["nothing"], (len(odds), 1))], axis=1)
    likely = jnp.take_along_axis(jax.nn.log_softmax(odds), jnp.maximum(right, 0)[:, None], axis=1)[:, 0]
    weight = jnp.where(right < 0, 0.0, weight)
    entropy = -(weight * likely).sum() / weight.sum()
    moved = ((_whole(parameters, question[0]) - question[0]) ** 2).sum(axis=1).mean()
    return entropy + AS_IT_WAS * moved + FEW * (parameters["weights"] ** 2).sum()


def _near(parameters: Parameters, question: Sequence[jax.Array], text: Sequence[jax.Array]) -> jax.Array:
    """(questions, texts), as `network.Texts.near`."""
    asked, matter = _words(parameters, *question[1:])
    there, weight = _words(parameters, *text[1:])
    like = jnp.einsum("qid,xjd->qxij", asked, there)
    covered = jnp.where(text[3][None, :, None, :] > 0, like, -1.0).max(axis=3)
    back = jnp.where(question[3][:, None, :, None] > 0, like, -1.0).max(axis=2)
    whole = _whole(parameters, question[0]) @ _whole(parameters, text[0]).T
    covered = (covered * matter[:, None, :]).sum(axis=2) / (matter.sum(axis=1)[:, None] + 1e-6)
    back = (back * weight[None]).sum(axis=2) / (weight.sum(axis=1)[None] + 1e-6)
    return jnp.stack([whole, covered, back], axis=2) @ parameters["near"]


def _whole(parameters: Parameters, rows: jax.Array) -> jax.Array:
    return _units(rows + (rows @ parameters["down"]) @ parameters["up"])


def _words(
    parameters: Parameters, context: jax.Array, alone: jax.Array, there: jax.Array
) -> tuple[jax.Array, jax.Array]:
    steep = context @ parameters["matters_context"] + alone @ parameters["matters_alone"]
    matter = jax.nn.softplus(steep * 4.0 + parameters["matters"]) * there
    return _units(context @ parameters["context"] + alone @ parameters["alone"]), matter


def _nearest(near: jax.Array) -> jax.Array:
    """Mean of the two largest, of those that are there."""
    two = jax.lax.top_k(near, 2)[0]
    return jnp.where(two[:, 1] < -8, two[:, 0], two.mean(axis=1))


def _units(rows: jax.Array) -> jax.Array:
    return rows / jnp.sqrt((rows * rows).sum(axis=-1, keepdims=True) + 1e-6)


def _filled(array: np.ndarray, rows: int) -> np.ndarray:
    """Padded with copies of its first row."""
    return np.concatenate([array, np.repeat(array[:1], rows - len(array), axis=0)])
