"""Trains a small network to tell two spirals apart, and sends what it measures."""

import argparse
import dataclasses
import itertools
import math
import sys

import numpy as np

from ml_otel_bridge import Run, init_run

Array = np.ndarray
POINTS = 2_000
GOOD_ACCURACY = 0.9


@dataclasses.dataclass(frozen=True)
class Options:
    """What a run is made of; all of it is sent as the run's configuration."""

    epochs: int
    batch_size: int
    hidden: int
    learning_rate: float
    seed: int


class Network:
    """Two hidden layers of tanh and a sigmoid, with Adam."""

    def __init__(self, options: Options, random: np.random.Generator) -> None:
        sizes = [2, options.hidden, options.hidden, 1]
        self.parameters = [
            array
            for inputs, outputs in itertools.pairwise(sizes)
            for array in (random.normal(0, inputs**-0.5, (inputs, outputs)), np.zeros(outputs))
        ]
        self._moments = [(np.zeros_like(array), np.zeros_like(array)) for array in self.parameters]
        self._steps = 0

    def forward(self, points: Array) -> list[Array]:
        """The activations of every layer, the points first, the probabilities last."""
        first, first_bias, second, second_bias, last, last_bias = self.parameters
        one = np.tanh(points @ first + first_bias)
        two = np.tanh(one @ second + second_bias)
        return [points, one, two, 1 / (1 + np.exp(-(two @ last + last_bias)[:, 0]))]

    def train(self, points: Array, labels: Array, learning_rate: float) -> tuple[float, float]:
        """One step of Adam; the loss before it, and the length of its gradient."""
        inputs, one, two, predicted = self.forward(points)
        delta = ((predicted - labels) / len(labels))[:, None]
        gradients: list[Array] = []
        for layer, weights in ((two, self.parameters[4]), (one, self.parameters[2]), (inputs, None)):
            gradients[:0] = [layer.T @ delta, delta.sum(axis=0)]
            if weights is not None:
                delta = (delta @ weights.T) * (1 - layer**2)
        self._steps += 1
        for array, gradient, (mean, square) in zip(self.parameters, gradients, self._moments, strict=True):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient**2 - square)
            unbiased = mean / (1 - 0.9**self._steps)
            array -= learning_rate * unbiased / (np.sqrt(square / (1 - 0.999**self._steps)) + 1e-8)
        return loss_of(predicted, labels), math.sqrt(sum(float((g**2).sum()) for g in gradients))


def loss_of(predicted: Array, labels: Array) -> float:
    """Cross entropy."""
    sure = np.where(labels == 1, predicted, 1 - predicted)
    return float(-np.log(np.clip(sure, 1e-12, 1)).mean())


def spirals(count: int, random: np.random.Generator) -> tuple[Array, Array]:
    """Points of two spirals, and which one each is of."""
    labels = random.integers(0, 2, count).astype(float)
    angle = np.sqrt(random.random(count)) * 3 * math.pi
    turned = angle + labels * math.pi
    points = np.stack([np.cos(turned), np.sin(turned)], axis=1) * (angle / (3 * math.pi))[:, None]
    return points + random.normal(0, 0.02, points.shape), labels


def train(run: Run, options: Options) -> float:
    """Trains; gives the accuracy on points that were not trained with."""
    random = np.random.default_rng(options.seed)
    points, labels = spirals(POINTS, random)
    unseen = spirals(500, random)
    network = Network(options, random)
    batches = range(0, POINTS, options.batch_size)
    accuracy = 0.0
    for epoch in range(options.epochs):
        order = random.permutation(POINTS)
        with run.span('epoch', epoch=epoch):
            for step, start in enumerate(batches):
                chosen = order[start : start + options.batch_size]
                loss, gradient = network.train(points[chosen], labels[chosen], options.learning_rate)
                run.log({'loss': loss, 'gradient_norm': gradient}, step=step, epoch=epoch)
            with run.span('validate', epoch=epoch):
                loss, accuracy = validate(network, *unseen)
            run.log({'val_loss': loss, 'accuracy': accuracy}, step=len(batches) - 1, epoch=epoch)
    if accuracy < GOOD_ACCURACY:
        run.alert('The accuracy stayed low', f'{accuracy:.3f} after {options.epochs} epochs')
    return accuracy


def validate(network: Network, points: Array, labels: Array) -> tuple[float, float]:
    """Loss and accuracy."""
    predicted = network.forward(points)[-1]
    return loss_of(predicted, labels), float(((predicted > 0.5) == (labels == 1)).mean())


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--epochs', type=int, default=60)
    parser.add_argument('--batch-size', type=int, default=50)
    parser.add_argument('--hidden', type=int, default=32)
    parser.add_argument('--learning-rate', type=float, default=0.005)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--id', help='of the run; the same id continues it')
    chosen = vars(parser.parse_args())
    run_id = chosen.pop('id')
    options = Options(**chosen)
    with init_run('two-spirals', id=run_id, dataset='spirals', config=options) as run:
        accuracy = train(run, options)
        run.summary['final_accuracy'] = accuracy
    sys.stdout.write(f'accuracy {accuracy:.3f}\n')


if __name__ == '__main__':
    main()
