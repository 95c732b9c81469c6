"""Models of a few thousand random weights, saved as real ones are, so that the ordinary code loads them."""

import contextlib
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

VOCABULARY = """[PAD] [UNK] [CLS] [SEP] [MASK] [DEC]
a picture of the and on in with red green blue big small cat dog boat tree sky sea sun man house hill"""
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 37}
LIVELY = {"initializer_range": 0.3}  # transformers' default for BLIP is so small that a random one ignores the picture


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Import and save without the libraries' warnings and progress bars, with the same weights each time."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        torch.set_num_threads(1)  # many small steps: threads would only wait for each other
        with torch.random.fork_rng():
            torch.manual_seed(7)
            yield


def save_blip(folder: Path) -> Path:
    """Save a BLIP of 29 words whose captions differ between pictures."""
    with quietly():
        from transformers import (
            BertTokenizer,
            BlipConfig,
            BlipForConditionalGeneration,
            BlipImageProcessorPil,
            BlipProcessor,
            BlipTextConfig,
            BlipVisionConfig,
        )

        vocab = {word: number for number, word in enumerate(VOCABULARY.split())}
        text = BlipTextConfig(
            vocab_size=len(vocab), encoder_hidden_size=32, projection_dim=32, max_position_embeddings=64,
            bos_token_id=vocab["[DEC]"], eos_token_id=vocab["[SEP]"], sep_token_id=vocab["[SEP]"], pad_token_id=0,
            **SMALL, **LIVELY,
        )  # fmt: skip
        vision = BlipVisionConfig(image_size=32, patch_size=8, projection_dim=32, **SMALL, **LIVELY)
        model = BlipForConditionalGeneration(BlipConfig(text_config=text, vision_config=vision, projection_dim=32))
        model.save_pretrained(folder)
        tokenizer = BertTokenizer(vocab=vocab, model_max_length=64, additional_special_tokens=["[DEC]"])
        BlipProcessor(BlipImageProcessorPil(size={"height": 32, "width": 32}), tokenizer).save_pretrained(folder)
    return folder


def save_clip(folder: Path) -> Path:
    """Save a CLIP whose embeddings differ between pictures; its words mean nothing."""
    with quietly():
        from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPTextConfig, CLIPVisionConfig

        text = CLIPTextConfig(vocab_size=20, max_position_embeddings=16, bos_token_id=18, eos_token_id=19, **SMALL)
        vision = CLIPVisionConfig(image_size=32, patch_size=8, **SMALL)
        CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)).save_pretrained(folder)
        sides = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
        CLIPImageProcessorPil(**sides).save_pretrained(folder)
    return folder


def save_diffusion(folder: Path) -> Path:
    """Save a Stable Diffusion of 16 × 16 px that reads letters and paints by them."""
    with quietly():
        from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
        from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

        vocab = _letters()
        start, end = len(vocab) - 2, len(vocab) - 1
        text = CLIPTextConfig(
            vocab_size=len(vocab), max_position_embeddings=77, bos_token_id=start, eos_token_id=end, **SMALL, **LIVELY
        )
        sides = {"block_out_channels": (32, 64), "norm_num_groups": 8}
        StableDiffusionPipeline(
            vae=AutoencoderKL(
                down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2, **sides
            ),
            text_encoder=CLIPTextModel(text),
            tokenizer=CLIPTokenizer(vocab=vocab, merges=[], model_max_length=77),
            unet=UNet2DConditionModel(
                sample_size=8, layers_per_block=1, cross_attention_dim=32,
                down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
                up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), **sides,
            ),
            scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        ).save_pretrained(folder)  # fmt: skip
    return folder


def _letters() -> dict[str, int]:
    letters = [chr(code) for code in range(33, 127)]
    names = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    return {name: number for number, name in enumerate(names)}
