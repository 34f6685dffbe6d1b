# The appliances. Auto Scaling replaces them; their agents, not Auto Scaling, put them into the target group and take them out.

locals {
  hook = "drawbridge-leaves"
  user_data = templatefile("${path.module}/files/user-data.sh.tftpl", {
    package_url    = var.package_url
    package_sha256 = var.package_sha256
    environment = merge(var.temporal_env, {
      DRAWBRIDGE_DRAIN         = tostring(var.drain_seconds)
      DRAWBRIDGE_HEALTH_PORT   = tostring(var.health_port)
      DRAWBRIDGE_TUNNEL_POLICY = var.tunnel_policy
    })
    stop_budget_seconds = var.stop_budget_seconds
    lifecycle_script    = file("${path.module}/files/await-termination.sh")
    group               = "${var.cluster}-appliances"
    hook                = local.hook
  })
}

resource "aws_launch_template" "this" {
  name_prefix            = "${var.cluster}-"
  image_id               = var.ami_id
  instance_type          = var.instance_type
  vpc_security_group_ids = [aws_security_group.this.id]
  user_data              = base64encode(local.user_data)
  update_default_version = true

  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }

  # IMDSv2 alone; the tags tell the agent its cluster. A container without host networking needs a hop limit of 2.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  tag_specifications {
    resource_type = "instance"
    tags          = merge(var.tags, { Name = var.cluster, "neuwerk:cluster" = var.cluster })
  }

  tags = var.tags
}

resource "aws_autoscaling_group" "this" {
  name                = "${var.cluster}-appliances"
  vpc_zone_identifier = var.subnet_ids
  min_size            = var.size.min
  desired_capacity    = var.size.desired
  max_size            = var.size.max
  # Not ELB: the group knows no target group, and an instance that drains answers 503 on purpose.
  health_check_type = "EC2"

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  # A termination waits until the agent has left, or for the whole stop budget. A shutdown of the operating system alone would
  # have only the minutes that EC2 grants it.
  initial_lifecycle_hook {
    name                 = local.hook
    lifecycle_transition = "autoscaling:EC2_INSTANCE_TERMINATING"
    heartbeat_timeout    = var.stop_budget_seconds
    default_result       = "CONTINUE"
  }

  instance_refresh {
    strategy = "Rolling"
    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 150
    }
  }

  dynamic "tag" {
    for_each = var.tags
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = false
    }
  }
}
