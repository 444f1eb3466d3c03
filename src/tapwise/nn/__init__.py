"""Networks with either operator. The layers are in `tapwise.nn.torch`, which imports torch; this room does not."""

from tapwise.nn.experiment import train_twins as train_twins
from tapwise.nn.figures import draw_twins as draw_twins
from tapwise.nn.learned import Learned as Learned
from tapwise.nn.learned import learn_kernel as learn_kernel
from tapwise.nn.recipe import Recipe as Recipe
from tapwise.nn.run import Curve as Curve
from tapwise.nn.run import TwinRun as TwinRun
from tapwise.nn.twins import twin as twin
from tapwise.nn.twins import twin_optimizer as twin_optimizer
