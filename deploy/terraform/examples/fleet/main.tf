# A cluster of two appliances in a VPC that is there already.

provider "aws" {
  region = "eu-central-1"
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "ami_id" {
  type = string
}

module "firewalls" {
  source         = "../.."
  cluster        = "fw-prod"
  vpc_id         = var.vpc_id
  subnet_ids     = var.subnet_ids
  ami_id         = var.ami_id
  package_url    = "https://artifacts.example.com/drawbridge-0.1.0.tgz"
  package_sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
  temporal_env   = { TEMPORAL_ADDRESS = "temporal.internal.example.com:7233" }
}

output "endpoint_service_name" {
  value = module.firewalls.endpoint_service_name
}
